/** What was looked at in one project, as a plan says it. Pure. */
import type { NamedRepository } from '../../../connector.ts';
import { fits } from '../../../forge/rules.ts';
import type { Choice, PlannedRepository, PlannedSquash, Sign } from '../../../planned.ts';
import { isLikelyProduction, servicesOf, tagSigns } from '../../../planned-signs.ts';
import { prereleaseTest, tagRules, tagTargets } from '../../../text/tag-rules.ts';
import type { Section } from '../config.ts';
import { placeOf } from '../normalize/deployments.ts';
import { squashMessage } from '../normalize/project.ts';
import type { Deployment, Environment, Header, Project } from '../schema.ts';

export interface Described {
  readonly project: Project;
  readonly slug: string;
  /** As the configuration names it; undefined = it does not. */
  readonly configured: NamedRepository | undefined;
  readonly section: Section;
}

export interface LookedAt {
  readonly environments: readonly Environment[];
  /** The newest. */
  readonly deployments: readonly Deployment[];
  readonly tags: readonly string[];
  /** Merge requests that changed last. */
  readonly requests: readonly Header[];
}

/** Deployments that are looked at. */
export const NEWEST = 100;

const counted = (count: number, unit: string): string =>
  `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;

/** Environments by the deployments that were made to them, as collection stores them; with the one of a tier that nobody deployed to. */
function environmentSigns(seen: LookedAt, { project, slug, configured, section }: Described): Sign[] {
  const naming = { rules: section.environments, name: project.path_with_namespace, service: configured?.service ?? slug }; // prettier-ignore
  const counts = new Map<number, number>();
  for (const { environment } of seen.deployments)
    if (environment) counts.set(environment.id, (counts.get(environment.id) ?? 0) + 1);
  const of = seen.deployments.length >= NEWEST ? ` of the newest ${String(NEWEST)}` : '';
  return seen.environments
    .filter(({ id }) => counts.has(id))
    .map((one): Sign => {
      const place = placeOf(one, naming);
      const isRuled = section.environments.some((rule) => fits(rule.project, naming.name) && fits(rule.name, one.name));
      const by = isRuled ? 'as throughline.yaml says' : one.tier == null ? 'by its name' : `its tier is ${one.tier}`;
      const count = counts.get(one.id) ?? 0;
      return { kind: 'environment', name: one.name, ...place, count, isUsed: true, because: `${counted(count, 'deployment')}${of}, ${by}` }; // prettier-ignore
    });
}

const isProduction = ({ environment, isUsed }: Sign): boolean => environment === 'production' && isUsed;

/** Environments whose name says that they serve users, where none of that tier is deployed to. */
function proposals(signs: readonly Sign[]): Sign[] {
  if (signs.some(isProduction)) return [];
  return signs
    .filter(({ kind, name }) => kind === 'environment' && isLikelyProduction(name))
    .map((sign) => ({ ...sign, environment: 'production', isUsed: false, because: `${counted(sign.count ?? 0, 'deployment')}, its name says production, its tier does not` })); // prettier-ignore
}

const SEND = 'send deployments (POST /ingest/deploy, docs/ingest.md)';

/** The one step that adds production deployments; null = they are known. */
function stepFor(signs: readonly Sign[], { environments, tags }: LookedAt, { mirrors }: Section): string | null {
  if (signs.some(isProduction)) return null;
  if (signs.some(({ environment }) => environment === 'production')) return 'plan --write adds what was found';
  const deployed = signs.filter(({ kind }) => kind === 'environment').map(({ name }) => name);
  if (deployed.length > 0) return `say under gitlab.environments which of ${deployed.slice(0, 4).join(', ')} serves users (or set its tier), or ${SEND}`; // prettier-ignore
  const waiting = environments.find(({ tier }) => tier === 'production');
  if (waiting !== undefined) return `deploy to the environment ${waiting.name}, which has no deployment yet, or ${SEND}`; // prettier-ignore
  if (tags.length > 0) return mirrors ? `say in repositories[].tag_patterns which of its tags are deployments, or ${SEND}` : `let its tags be read (gitlab.mirrors: true), or ${SEND}`; // prettier-ignore
  return `name the job that deploys under gitlab.deployments, give it an environment in .gitlab-ci.yml, or ${SEND}`;
}

/** Whether marks of own commits come through, by what the project makes the message of a squash of. */
export function squashOf({ requests }: LookedAt, project: Project): PlannedSquash {
  const setting = squashMessage(project);
  const looked = requests.filter(({ squash_commit_sha: sha }) => sha != null).length;
  const found = { setting, looked, marked: null, kept: null };
  if (setting === null) return { ...found, verdict: 'unknown', because: 'the setting cannot be seen' };
  const merged = requests.filter(({ state }) => state === 'merged').length;
  if (looked === 0 && merged > 0) return { ...found, verdict: 'none', because: `none of the newest ${counted(merged, 'merge')} is a squash` }; // prettier-ignore
  return setting === 'commit_messages'
    ? { ...found, verdict: 'kept', because: 'its template has all messages (%{all_commits})' }
    : { ...found, verdict: 'lost', because: 'its template has no messages of commits: %{all_commits} would keep them' };
}

/** A project that was listed and not looked into. */
export const listedProject = ({ project, slug }: Described): PlannedRepository => ({
  ...{ slug, isRead: false, isArchived: project.archived === true },
  ...{ signs: [], services: [], owner: null, squash: null, notices: [], step: null },
});

export function readProject(seen: LookedAt, described: Described): PlannedRepository {
  const { project, slug, configured, section } = described;
  const rules = tagRules(configured ?? {}, seen.tags);
  const targetOf = tagTargets(rules.rules, configured?.service ?? slug, prereleaseTest(configured ?? {}));
  // Tags are read from the git history alone.
  const tags = section.mirrors || configured !== undefined ? tagSigns(seen.tags, { rules, targetOf }) : [];
  const known = [...environmentSigns(seen, described), ...tags];
  const signs = [...known, ...proposals(known)];
  return {
    ...{ slug, isRead: true, isArchived: project.archived === true, signs, services: servicesOf(signs) },
    owner: configured?.team === undefined ? null : { team: configured.team, isUsed: true, because: 'as throughline.yaml says' }, // prettier-ignore
    squash: squashOf(seen, project),
    notices: [],
    step: project.archived === true ? null : stepFor(signs, seen, section),
  };
}

/** What would make the proposals count. */
export const choicesOf = ({ signs }: PlannedRepository): Choice[] =>
  signs
    .filter(({ kind, isUsed, environment }) => kind === 'environment' && !isUsed && environment === 'production')
    .map(({ name, because }) => ({ kind: 'entry', at: ['gitlab', 'environments'], of: { name }, set: [], because }));
