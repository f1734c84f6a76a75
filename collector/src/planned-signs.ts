/** What tags, workflow files and folders say of deployments and services: read by every connector that sees a repository's files. Pure. */
import type { PlannedService, Sign } from './planned.ts';
import { environmentOf } from './import/environments.ts';
import { pattern } from './text/pattern.ts';
import { tagPattern, type TagRules, type Target } from './text/tag-rules.ts';
import type { WorkflowFile } from './text/workflow-file.ts';

const counted = (count: number, unit: string): string =>
  `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;

interface Ruled {
  readonly rules: TagRules;
  readonly targetOf: (name: string) => Target | null;
}

/** Tags by what they deploy where. @param names Newest first: the first is the example. */
export function tagSigns(names: readonly string[], { rules, targetOf }: Ruled): Sign[] {
  const compiled = rules.rules.map((rule) => ({ name: rule.pattern, regex: tagPattern(rule.pattern) }));
  const groups = new Map<string, { sign: Omit<Sign, 'count' | 'because'>; names: string[] }>();
  for (const name of names) {
    const target = targetOf(name);
    if (target === null) continue;
    const by = compiled.find(({ regex }) => regex.test(name))?.name ?? '';
    const key = JSON.stringify([by, target.service, target.environment]);
    const group = groups.get(key) ?? { sign: { kind: 'tags', name: by, ...target, isUsed: true }, names: [] };
    group.names.push(name);
    groups.set(key, group);
  }
  const why = rules.isGiven ? 'as throughline.yaml says' : rules.isVersioned ? 'versions' : 'versions behind a name';
  return [...groups.values()].map(({ sign, names: own }) => ({
    ...sign,
    count: own.length,
    because: `${counted(own.length, 'tag')} such as ${own[0] ?? ''}: ${why}`,
  }));
}

/** Services that deployments name as things stand. */
export function servicesOf(signs: readonly Sign[]): PlannedService[] {
  const found = new Map<string, PlannedService>();
  for (const { service, because, isUsed, environment } of signs) {
    const known = found.get(service);
    if (environment === 'production' && (known === undefined || (isUsed && !known.isUsed)))
      found.set(service, { id: service, isUsed, because });
  }
  return [...found.values()];
}

const WORDS = pattern`[a-z0-9]+`;
const PRODUCTION: ReadonlySet<string> = new Set('production prod prd live'.split(' '));
const NOT: ReadonlySet<string> = new Set('pre non not no preprod nonprod test staging stage demo preview'.split(' '));

/** The name of an environment says that it serves users, though it is not called by one of the names for it. */
export function isLikelyProduction(name: string): boolean {
  if (environmentOf(name).name === 'production') return false;
  const words = WORDS.all(name.toLowerCase()).map(({ text }) => text);
  return words.some((word) => PRODUCTION.has(word)) && !words.some((word) => NOT.has(word));
}

/** Service by the folder that starts a workflow: of `apps/web` it is `web`. Null = no folder, or several. */
export function serviceOfFolders(folders: readonly string[]): string | null {
  const [only] = folders.filter((folder) => !folder.startsWith('.'));
  const name = only?.split('/').at(-1)?.toLowerCase() ?? '';
  return folders.length === 0 || folders.filter((folder) => !folder.startsWith('.')).length !== 1 || !SLUG.test(name)
    ? null
    : name;
}

const SLUG = pattern`^[a-z0-9][a-z0-9_.-]*$`;

/** Workflows that run on the default branch and say that they deploy for users: those that name the environment, else those called so. */
export function deployingWorkflows(workflows: readonly WorkflowFile[]): WorkflowFile[] {
  const running = workflows.filter(({ runsOnDefault }) => runsOnDefault);
  const isProduction = (name: string): boolean =>
    environmentOf(name).name === 'production' && name.toLowerCase() !== 'github-pages';
  const named = running.filter(({ environments }) =>
    environments.some((name) => isProduction(name) || isLikelyProduction(name))
  );
  return named.length > 0 ? named : running.filter((one) => one.isCalledDeploy && one.environments.length === 0);
}

/** Why a workflow is thought to deploy. */
export function whyDeploys({ environments, title, folders }: WorkflowFile): string {
  const where = folders.length === 0 ? '' : `, started by changes in ${folders.slice(0, 3).join(', ')}`;
  return environments.length > 0
    ? `its jobs name the environment ${environments.slice(0, 3).join(', ')}${where}`
    : `it runs on the default branch and is called "${title}"${where}`;
}

/** Folders whose folders are programs of their own. */
export const SERVICE_FOLDERS = ['apps', 'services'] as const;
const MANIFESTS: ReadonlySet<string> = new Set(
  'package.json go.mod Cargo.toml pyproject.toml setup.py pom.xml build.gradle build.gradle.kts composer.json Gemfile mix.exs Dockerfile'.split(
    ' '
  )
);

/** Services that folders hint at: `apps/web/package.json`. Less than two are no monorepo. @param files Paths in the repository. */
export function folderServices(files: readonly string[], known: readonly PlannedService[]): PlannedService[] {
  const found = new Map<string, PlannedService>();
  for (const file of files) {
    const [top = '', folder = '', name = '', more] = file.split('/');
    const id = folder.toLowerCase();
    const isManifest = more === undefined && (MANIFESTS.has(name) || name.endsWith('.csproj'));
    if (!SERVICE_FOLDERS.some((one) => one === top) || !isManifest || !SLUG.test(id) || found.has(id)) continue;
    found.set(id, { id, isUsed: false, because: `${top}/${folder} holds ${name}` });
  }
  const isKnown = (id: string): boolean => known.some((one) => one.id === id || one.id.split('/').at(-1) === id);
  return found.size < 2 ? [] : [...found.values()].filter(({ id }) => !isKnown(id));
}
