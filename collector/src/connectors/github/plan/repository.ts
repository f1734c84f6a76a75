/** What was looked at in one repository, as a plan says it. Pure. */
import { markCommit } from '../../../attribution/mark-commit.ts';
import type { NamedRepository } from '../../../connector.ts';
import type { Choice, PlannedRepository, PlannedSquash, Sign } from '../../../planned.ts';
import {
  deployingWorkflows,
  folderServices,
  isLikelyProduction,
  serviceOfFolders,
  servicesOf,
  tagSigns,
  whyDeploys,
} from '../../../planned-signs.ts';
import { ownerOf } from '../../../text/codeowners.ts';
import { pattern } from '../../../text/pattern.ts';
import { prereleaseTest, tagRules, tagTargets } from '../../../text/tag-rules.ts';
import { readWorkflow, type WorkflowFile } from '../../../text/workflow-file.ts';
import { fits } from '../../../forge/rules.ts';
import type { Section } from '../config.ts';
import { placeOf, rawEnvironment } from '../normalize/deployments.ts';
import { repoRow, teamId } from '../normalize/repository.ts';
import { NEWEST } from '../queries/plan.ts';
import type { LookedAt, Repository, Worded } from '../schema.ts';

export interface Described {
  readonly repository: Repository;
  readonly slug: string;
  /** As the configuration names it; undefined = it does not. */
  readonly configured: NamedRepository | undefined;
  readonly section: Section;
}

const counted = (count: number, unit: string): string =>
  `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;

/** Environments by the deployments that were made to them, as collection stores them. */
function environmentSigns(seen: LookedAt, { repository, slug, configured, section }: Described): Sign[] {
  const naming = { rules: section.environments, name: repository.nameWithOwner, service: configured?.service ?? slug };
  const counts = new Map<string, number>();
  for (const one of seen.deployments?.nodes ?? [])
    if (one !== null) counts.set(rawEnvironment(one), (counts.get(rawEnvironment(one)) ?? 0) + 1);
  const all = seen.deployments?.totalCount ?? 0;
  const of = all > NEWEST.deployments ? ` of the newest ${String(NEWEST.deployments)}` : '';
  return [...counts].map(([name, count]): Sign => {
    const place = placeOf(name, naming);
    const isRuled = section.environments.some((rule) => fits(rule.repository, naming.name) && fits(rule.name, name));
    const by = isRuled ? 'as throughline.yaml says' : place.environment === 'production' ? 'by name' : 'by its name no production'; // prettier-ignore
    return { kind: 'environment', name, ...place, count, isUsed: true, because: `${counted(count, 'deployment')}${of}, ${by}` }; // prettier-ignore
  });
}

const workflowsOf = (seen: LookedAt, branch: string): WorkflowFile[] =>
  (seen.workflows?.entries ?? []).flatMap((entry) => {
    const text = entry?.object?.text ?? null;
    if (entry === null || text === null || !(entry.name.endsWith('.yml') || entry.name.endsWith('.yaml'))) return [];
    return readWorkflow(`.github/workflows/${entry.name}`, text, branch) ?? [];
  });

/** Workflows whose runs the configuration counts. */
function ruledWorkflows(
  workflows: readonly WorkflowFile[],
  { repository, slug, configured, section }: Described
): Sign[] {
  return section.deployments
    .filter((rule) => fits(rule.repository, repository.nameWithOwner))
    .flatMap((rule): Sign[] => {
      const file = workflows.find(({ path }) => path === rule.workflow || path.endsWith(`/${rule.workflow}`));
      // A rule for all repositories says nothing of one without the workflow.
      if (file === undefined) return [];
      const place = placeOf(rule.environment, { rules: [], name: '', service: rule.service ?? configured?.service ?? slug }); // prettier-ignore
      return [{ kind: 'workflow', name: file.path, ...place, count: null, isUsed: true, because: 'runs of the workflow, as throughline.yaml says' }]; // prettier-ignore
    });
}

const isProduction = ({ environment, isUsed }: Sign): boolean => environment === 'production' && isUsed;

/** What could be counted where nothing is: environments that are called nearly so, else workflows that deploy. */
function proposals(
  signs: readonly Sign[],
  workflows: readonly WorkflowFile[],
  { slug, configured, isSeen }: Described & { readonly isSeen: boolean }
): Sign[] {
  // Where deployments cannot be seen nobody knows that there are none.
  if (!isSeen || signs.some(isProduction)) return [];
  const service = configured?.service ?? slug;
  const near = signs.filter(({ kind, name, count }) => kind === 'environment' && (count ?? 0) > 0 && isLikelyProduction(name)); // prettier-ignore
  if (near.length > 0) {
    return near.map((sign) => ({ ...sign, environment: 'production', isUsed: false, because: `${counted(sign.count ?? 0, 'deployment')}, its name says production` })); // prettier-ignore
  }
  // Of jobs that name an environment GitHub writes the deployments itself.
  const files = deployingWorkflows(workflows).filter(({ environments }) => environments.length === 0);
  return files.map((file): Sign => ({
    kind: 'workflow',
    name: file.path,
    environment: 'production',
    service: files.length > 1 ? (serviceOfFolders(file.folders) ?? service) : service,
    count: null,
    isUsed: false,
    because: whyDeploys(file),
  }));
}

interface Around {
  readonly workflows: readonly WorkflowFile[];
  readonly environments: readonly string[];
  /** How many releases and tags it has, which no rule counts. */
  readonly releases: number;
  readonly tags: number;
  readonly mirrors: boolean;
  /** The token may see deployments. */
  readonly isSeen: boolean;
}

const SEND = 'send deployments (POST /ingest/deploy, docs/ingest.md)';

/** The one step that adds production deployments; null = they are known. */
function stepFor(
  signs: readonly Sign[],
  { workflows, environments, releases, tags, mirrors, isSeen }: Around
): string | null {
  if (signs.some(isProduction)) return null;
  if (!isSeen) return 'let the token see deployments (Deployments and Actions: read)';
  if (signs.some(({ environment }) => environment === 'production')) return 'plan --write adds what was found';
  const deployed = [...new Set(signs.filter(({ kind }) => kind === 'environment').map(({ name }) => name))];
  if (deployed.length > 0) return `say under github.environments which of ${deployed.slice(0, 4).join(', ')} serves users, or ${SEND}`; // prettier-ignore
  const [waiting] = deployingWorkflows(workflows).filter((one) => one.environments.length > 0);
  if (waiting !== undefined) return `run ${waiting.path.split('/').at(-1) ?? ''}: ${whyDeploys(waiting)}, and GitHub writes a deployment with each run`; // prettier-ignore
  const [named] = environments.filter((name) => placeOf(name, { rules: [], name: '', service: '' }).environment === 'production'); // prettier-ignore
  if (named !== undefined) return `deploy to the environment ${named}, which has no deployment yet, or ${SEND}`;
  const held = [releases > 0 ? counted(releases, 'release') : '', tags > 0 ? counted(tags, 'tag') : ''].filter(Boolean).join(' and '); // prettier-ignore
  if (held !== '') return mirrors ? `say in repositories[].tag_patterns which of its ${held} are deployments, or ${SEND}` : `let its ${held} be read (github.mirrors: true), or ${SEND}`; // prettier-ignore
  return workflows.length === 0
    ? `tag what is released (v1.2.3), or ${SEND}`
    : `name the workflow that deploys under github.deployments, tag what is released (v1.2.3), or ${SEND}`;
}

/** By the trailers and footers of its message: they are what a squash may lose. */
const hasMark = ({ message, authoredDate }: Worded): boolean =>
  markCommit({ authorName: '', authorEmail: '', committerName: '', committerEmail: '', authoredAt: authoredDate, message }).some(({ grade }) => grade >= 3); // prettier-ignore

const NUMBERED = pattern`\(#\d+\)$`;

/** Whether marks of own commits came through, by the newest merged pull requests, else by the setting. */
export function squashOf(seen: LookedAt, repository: Repository): PlannedSquash {
  const setting = (repoRow('', repository).values['squash_message'] ?? null) as PlannedSquash['setting'];
  const squashes = (seen.merged?.nodes ?? []).flatMap((pull) =>
    pull?.mergeCommit && NUMBERED.test(pull.mergeCommit.message.split('\n', 1)[0] ?? '')
      ? [{ squash: pull.mergeCommit, own: pull.commits.nodes.flatMap((node) => node?.commit ?? []) }]
      : []
  );
  const marked = squashes.filter(({ own }) => own.some(hasMark));
  const kept = marked.filter(({ squash }) => hasMark(squash)).length;
  const found = { setting, looked: squashes.length, marked: marked.length, kept };
  const set = setting === null ? 'the setting cannot be seen' : `the setting is ${setting.toUpperCase()}`;
  if (marked.length > 0) {
    const verdict = kept === marked.length ? 'kept' : kept === 0 ? 'lost' : 'partly';
    return { ...found, verdict, because: `${set}; ${String(kept)} of ${String(marked.length)} marked pull requests kept their mark` }; // prettier-ignore
  }
  const merged = (seen.merged?.nodes ?? []).length;
  if (squashes.length === 0 && merged > 0) return { ...found, verdict: 'none', because: `${set}; none of the newest ${counted(merged, 'merge')} is a squash` }; // prettier-ignore
  const why = `${set}; in ${counted(squashes.length, 'squash commit')} there was no mark to keep`;
  const verdict = setting === null ? 'unknown' : setting === 'commit_messages' ? 'kept' : 'lost';
  return { ...found, verdict, because: why };
}

const filesIn = (top: string, folder: LookedAt['apps']): string[] =>
  (folder?.entries ?? []).flatMap((entry) =>
    (entry?.object?.entries ?? []).flatMap((file) => (entry && file ? `${top}/${entry.name}/${file.name}` : []))
  );

/** A repository that was listed and not looked into. */
export const listedRepository = ({ repository, slug }: Described): PlannedRepository => ({
  slug,
  isRead: false,
  isArchived: repository.isArchived,
  signs: [],
  services: [],
  owner: null,
  squash: null,
  notices: [],
  step: null,
});

export function readRepository(seen: LookedAt, described: Described): PlannedRepository {
  const { repository, slug, configured, section } = described;
  const workflows = workflowsOf(seen, repository.defaultBranchRef?.name ?? '');
  const names = (seen.refs?.nodes ?? []).flatMap((one) => one?.name ?? []);
  const rules = tagRules(configured ?? {}, names);
  const targetOf = tagTargets(rules.rules, configured?.service ?? slug, prereleaseTest(configured ?? {}));
  // Tags are read from the git history alone.
  const tags = section.mirrors || configured !== undefined ? tagSigns(names, { rules, targetOf }) : [];
  const known = [...environmentSigns(seen, described), ...ruledWorkflows(workflows, described), ...tags];
  const isSeen = (seen.deployments ?? null) !== null;
  const signs = [...known, ...proposals(known, workflows, { ...described, isSeen })];
  const services = servicesOf(signs);
  const owners = seen.a?.text ?? seen.b?.text ?? seen.c?.text ?? null;
  const team = owners === null ? null : ownerOf(owners);
  const notices = [
    ...(seen.workflows === null ? ['It has no workflow of GitHub Actions.'] : []),
    ...(owners !== null && team === null ? ['CODEOWNERS names no team for everything (`* @owner/team`): its changes have the team of their authors.'] : []), // prettier-ignore
  ];
  return {
    slug,
    isRead: true,
    isArchived: repository.isArchived,
    signs,
    services: [...services, ...folderServices([...filesIn('apps', seen.apps), ...filesIn('services', seen.services)], services)], // prettier-ignore
    owner: configured?.team !== undefined
        ? { team: configured.team, isUsed: true, because: 'as throughline.yaml says' }
        : team === null ? null : { team: teamId(team), isUsed: true, because: 'owner of everything in CODEOWNERS' }, // prettier-ignore
    squash: squashOf(seen, repository),
    notices,
    step: repository.isArchived ? null : stepFor(signs, { workflows, isSeen, releases: seen.releases?.totalCount ?? 0, tags: seen.refs?.totalCount ?? 0, mirrors: section.mirrors, environments: (seen.environments?.nodes ?? []).flatMap((one) => one?.name ?? []) }), // prettier-ignore
  };
}

/** What would make the proposals count. */
export function choicesOf({ signs }: PlannedRepository, { repository, slug, configured }: Described): Choice[] {
  const own = configured?.service ?? slug;
  return signs
    .filter(({ isUsed, environment }) => !isUsed && environment === 'production')
    .flatMap(({ kind, name, service, because }): Choice[] => {
      if (kind === 'environment') return [{ kind: 'entry', at: ['github', 'environments'], of: { name }, set: [], because }]; // prettier-ignore
      const workflow = name.split('/').at(-1) ?? name;
      const set = service === own ? [] : [{ key: 'service', value: service, unless: [], because: 'the folder that starts it' }]; // prettier-ignore
      return kind === 'workflow'
        ? [
            {
              kind: 'entry',
              at: ['github', 'deployments'],
              of: { repository: repository.nameWithOwner, workflow },
              set,
              because,
            },
          ]
        : [];
    });
}
