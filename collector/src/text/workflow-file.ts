/** Workflow files of GitHub Actions, as far as they say what is deployed where. Pure; a file that is not understood says nothing. */
import { parseDocument } from 'yaml';
import { pattern } from './pattern.ts';

export interface WorkflowFile {
  /** As it lies in the repository: `.github/workflows/deploy.yml`. */
  readonly path: string;
  readonly title: string;
  /** It runs on the default branch: by a push, by hand, by the clock, or after another workflow. */
  readonly runsOnDefault: boolean;
  /** Folders whose changes start it; empty = all. */
  readonly folders: readonly string[];
  /** Environments of its jobs, without those that an expression names. */
  readonly environments: readonly string[];
  /** Its name, that of its file or of a job says that it deploys, and nothing says that it is for something else than production. */
  readonly isCalledDeploy: boolean;
}

/** Larger files are no workflows. */
const MAX_BYTES = 512 << 10;
const WORDS = pattern`[a-z0-9]+`;
const DEPLOYS: ReadonlySet<string> = new Set(
  'deploy deploys deployment deployments rollout ship cd promote'.split(' ')
);
/** What deploys something else than what serves users. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  'staging stage stg dev development preview previews pr test tests testing qa uat sandbox docs doc documentation storybook site website pages nightly canary e2e cleanup teardown destroy rollback undeploy check lint validate plan dry'.split(
    ' '
  )
);

const wordsOf = (text: string): string[] => WORDS.all(text.toLowerCase()).map(({ text: word }) => word);

/** Whether a name says that something is deployed for users. */
export function isCalledDeploy(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => DEPLOYS.has(word)) && !words.some((word) => ELSEWHERE.has(word));
}

const SPACE = pattern`\s+`;
const wordsBetween = (text: string): string => SPACE.replace(text, () => ' ').trim();

type Map = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

/** Events by name, each with its filters. */
function eventsOf(on: unknown): ReadonlyMap<string, Map> {
  if (isMap(on)) return new Map(Object.entries(on).map(([name, filter]) => [name, isMap(filter) ? filter : {}]));
  return new Map(texts(on).map((name) => [name, {}]));
}

const BESIDE_PUSH = ['workflow_dispatch', 'schedule', 'workflow_run'];

/** A push of the branch starts it. Filters are globs; what they leave out stands behind `!`. */
function takesBranch(push: Map, branch: string): boolean {
  const branches = texts(push['branches']);
  if (texts(push['branches-ignore']).includes(branch)) return false;
  if (branches.length > 0) return branches.some((one) => one === branch || one === '*' || one === '**');
  return texts(push['tags']).length === 0 && texts(push['tags-ignore']).length === 0;
}

const FOLDER = pattern`^([A-Za-z0-9_.][A-Za-z0-9_./-]*?)/(?:\*\*?)(?:/\*\*?)?$`;

/** Folders of path filters: `apps/web/**` is `apps/web`. */
const foldersOf = (push: Map): string[] => [
  ...new Set(texts(push['paths']).flatMap((path) => FOLDER.exec(path)?.groups[0] ?? [])),
];

function environmentsOf(jobs: unknown): string[] {
  const named = Object.values(isMap(jobs) ? jobs : {}).flatMap((job) => {
    const environment = isMap(job) ? job['environment'] : undefined;
    return isMap(environment) ? texts(environment['name']) : texts(environment);
  });
  return [...new Set(named.filter((name) => name !== '' && !name.includes('${{')))];
}

function parsed(text: string): Map | null {
  if (text.length > MAX_BYTES) return null;
  try {
    const document = parseDocument(text, { logLevel: 'silent', merge: true });
    const value: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 20 });
    return isMap(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param branch The default branch. Null = the text is no workflow. */
export function readWorkflow(path: string, text: string, branch: string): WorkflowFile | null {
  const file = parsed(text);
  if (file === null || file['on'] === undefined) return null;
  const events = eventsOf(file['on']);
  const push = events.get('push');
  const name = path.split('/').at(-1) ?? path;
  const title = texts(file['name'])[0] ?? name;
  const isElsewhere = [name, title].some((one) => wordsOf(one).some((word) => ELSEWHERE.has(word)));
  const jobs = Object.keys(isMap(file['jobs']) ? file['jobs'] : {});
  return {
    path,
    title: wordsBetween(title).slice(0, 200),
    runsOnDefault: (push !== undefined && takesBranch(push, branch)) || BESIDE_PUSH.some((event) => events.has(event)),
    folders: push === undefined ? [] : foldersOf(push),
    environments: environmentsOf(file['jobs']),
    isCalledDeploy: !isElsewhere && [name, title, ...jobs].some(isCalledDeploy),
  };
}
