/** The plan as text: short, grouped, exceptions listed. Pure. */
import { count, names, wrap, type Drawing } from './words.ts';
import { proposalOf } from '../derive/identity/suspected.ts';
import type { PlannedRepository, PlannedSquash, Sign } from '../planned.ts';
import type { Plan } from './gather.ts';
import { plannedMetrics } from './needs.ts';

/** Of each section without --all. */
const MOST_GROUPS = 7;
const MOST_NOTICES = 6;

const isProduction = ({ environment }: Sign): boolean => environment === 'production';

/** Repositories by what is said of them, largest group first. */
function groupsOf<T>(all: readonly T[], labelOf: (one: T) => string): Array<readonly [label: string, members: T[]]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(labelOf(one), [...(groups.get(labelOf(one)) ?? []), one]);
  return [...groups].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
}

const repositories = (all: readonly PlannedRepository[]): string =>
  all.length === 1
    ? (all[0]?.slug ?? '')
    : `${count(all.length, 'repository', 'repositories')} (${names(all.map(({ slug }) => slug), 3)})`; // prettier-ignore

function labelOf({ kind, name }: Sign): string {
  if (kind === 'environment') return `environment ${name}`;
  if (kind === 'workflow') return `workflow ${name.split('/').at(-1) ?? name}`;
  if (!name.startsWith('/')) return `tags ${name}`;
  return name.includes('<service>') ? 'tags that are versions behind a name' : 'tags that are plain versions';
}

/** Only what collection counts, or only what it could. */
const signsOf = ({ signs }: PlannedRepository, isUsed: boolean): Sign[] =>
  signs.filter((sign) => isProduction(sign) && sign.isUsed === isUsed);

function usedLabel(one: PlannedRepository): string {
  const labels = [...new Set(signsOf(one, true).map(labelOf))];
  const isTold = signsOf(one, true).some(({ kind }) => kind !== 'tags');
  const isTagged = signsOf(one, true).some(({ kind }) => kind === 'tags');
  return `${labels.join(' and ')}${isTold && isTagged ? ' (tags count only before the first deployment)' : ''}`;
}

/** Why, with figures: of one repository its own words, of several their sum. */
function why(all: readonly PlannedRepository[], isUsed: boolean): string {
  const signs = all.flatMap((one) => signsOf(one, isUsed));
  const [first] = signs;
  if (signs.length === 1 && first) return first.because;
  if (all.length === 1) return signs.slice(0, 3).map(({ because }) => because).join('; '); // prettier-ignore
  const sum = signs.reduce((total, sign) => total + (sign.count ?? 0), 0);
  const what = [...new Set(signs.map(({ kind }) => (kind === 'tags' ? 'tags' : 'deployments')))].join(' and ');
  return sum === 0
    ? (first?.because ?? '')
    : `${sum.toLocaleString('en')} ${what} looked at; e.g. ${all[0]?.slug ?? ''}: ${first?.because ?? ''}`;
}

function beside(all: readonly PlannedRepository[]): string {
  const isFound = ({ signs }: PlannedRepository, { kind, name }: Sign): boolean => kind === 'environment' && signs.some((one) => isProduction(one) && !one.isUsed && one.name === name); // prettier-ignore
  const others = groupsOf(all.flatMap((one) => one.signs.filter((sign) => !isProduction(sign) && !isFound(one, sign))), ({ environment }) => environment); // prettier-ignore
  const sum = (signs: readonly Sign[]): number => signs.reduce((total, sign) => total + (sign.count ?? 0), 0);
  return others.length === 0
    ? ''
    : `Not production, kept and not measured: ${names(others.map(([environment, signs]) => `${environment} (${sum(signs).toLocaleString('en')})`), 6)}.`; // prettier-ignore
}

function drawDeployments(read: readonly PlannedRepository[], isWhole: boolean): Drawing[] {
  const live = read.filter(({ isArchived }) => !isArchived);
  const known = live.filter((one) => signsOf(one, true).length > 0);
  const found = live.filter((one) => !known.includes(one) && signsOf(one, false).length > 0);
  const none = live.filter((one) => !known.includes(one) && !found.includes(one));
  const shown = <T>(all: readonly T[]): readonly T[] => (isWhole ? all : all.slice(0, MOST_GROUPS));
  const byWhom = isWhole ? (one: PlannedRepository) => one.slug : usedLabel;
  const line = (all: PlannedRepository[]): Drawing => ({ text: `${repositories(all)}: ${usedLabel(all[0] as PlannedRepository)}. ${why(all, true)}.` }); // prettier-ignore
  const groups = groupsOf(known, byWhom);
  const could = groupsOf(found, (one) => (isWhole ? one.slug : [...new Set(signsOf(one, false).map(labelOf))].join(', '))); // prettier-ignore
  const left = groups.slice(shown(groups).length).flatMap(([, all]) => all);
  return [
    ...shown(groups).map(([, all]) => line(all)),
    ...(left.length > 0 ? [{ text: `${count(left.length, 'more repository', 'more repositories')} by other signs (--all lists each).` }] : []), // prettier-ignore
    ...shown(could).map(([, all]) => ({ text: `${repositories(all)}: none counted yet; plan --write adds ${[...new Set(all.flatMap((one) => signsOf(one, false).map(labelOf)))].slice(0, 4).join(', ')}: ${signsOf(all[0] as PlannedRepository, false)[0]?.because ?? ''}.` })), // prettier-ignore
    ...shown(groupsOf(none, (one) => (isWhole ? one.slug : (one.step ?? '')))).map(([, all]) => ({ text: `${repositories(all)}: none found. To have them, ${all[0]?.step ?? ''}.` })), // prettier-ignore
    ...(beside(live) === '' ? [] : [{ text: beside(live) }]),
  ];
}

function drawServices(read: readonly PlannedRepository[], isWhole: boolean): Drawing[] {
  const live = read.filter(({ isArchived }) => !isArchived);
  const isOne = ({ services, slug }: PlannedRepository): boolean => services.length === 0 || (services.length === 1 && services[0]?.id === slug); // prettier-ignore
  const single = live.filter(isOne);
  const several = live.filter((one) => !isOne(one));
  const describe = ({ slug, services }: PlannedRepository): Drawing => {
    const used = services.filter(({ isUsed }) => isUsed);
    const hinted = services.filter(({ isUsed }) => !isUsed);
    const first = used.length === 0 ? `${slug}: one service, the repository.` : `${slug}: ${names(used.map(({ id }) => id), 6)} (${used[0]?.because ?? ''}).`; // prettier-ignore
    const hints = hinted.length === 0 ? '' : ` Could be told apart: ${names(hinted.map(({ id }) => id), 6)} (${hinted[0]?.because ?? ''}), if deployments named them: tags such as ${hinted[0]?.id ?? ''}/v1.2.3, or a service in github.deployments or POST /ingest/deploy.`; // prettier-ignore
    return { text: `${first}${hints}` };
  };
  return [
    ...(single.length > 0 ? [{ text: `${repositories(single)}: one service${single.length === 1 ? '' : ' each'}, named like the repository.` }] : []), // prettier-ignore
    ...(isWhole ? several : several.slice(0, 5)).map(describe),
    ...(!isWhole && several.length > 5 ? [{ text: `${count(several.length - 5, 'more repository', 'more repositories')} with services of their own (--all).` }] : []), // prettier-ignore
  ];
}

function drawOwners({ teams }: Plan, read: readonly PlannedRepository[], isWhole: boolean): Drawing[] {
  const owned = groupsOf(read.filter(({ owner }) => owner !== null), ({ owner }) => owner?.team ?? ''); // prettier-ignore
  const none = read.filter(({ owner, isArchived }) => owner === null && !isArchived);
  const unwritten = read.filter(({ owner }) => owner !== null && !owner.isUsed);
  return [
    ...(teams.length > 0 ? [{ text: `${count(teams.length, 'team', 'teams')}: ${names(teams.map(({ id, members }) => `${id} (${String(members)})`), isWhole ? Infinity : 8)}.` }] : []), // prettier-ignore
    ...(owned.length > 0 ? [{ text: `Owners: ${names(owned.map(([team, all]) => `${team} ${all.length === 1 ? (all[0]?.slug ?? '') : count(all.length, 'repository', 'repositories')}`), isWhole ? Infinity : 8)}.` }] : []), // prettier-ignore
    ...(unwritten.length > 0 ? [{ text: `Of ${repositories(unwritten)} the owner counts only from throughline.yaml: plan --write adds it.` }] : []), // prettier-ignore
    ...(none.length > 0 ? [{ text: `${repositories(none)}: no team owns everything; changes have the team of their authors.` }] : []), // prettier-ignore
  ];
}

/** Whom the store suspects by what they did, each with its reasons and with both ways to decide it. */
function drawSuspected({ suspected }: Plan, isWhole: boolean): Drawing[] {
  const all = suspected ?? [];
  if (all.length === 0) return [];
  const shown = isWhole ? all : all.slice(0, MOST_GROUPS);
  return [
    { text: `${count(all.length, 'person', 'people')} of the store may be ${all.length === 1 ? 'a program' : 'programs'} and ${all.length === 1 ? 'counts' : 'count'} as human until you decide it; --write decides nothing:` }, // prettier-ignore
    ...shown.map((one) => ({ text: proposalOf(one.account, one.signs, one.reviews) })),
    ...(shown.length < all.length ? [{ text: `… and ${String(all.length - shown.length)} more (--all).` }] : []),
  ];
}

/** Nobody is named twice: the store has the reasons, too. */
function isSuspected({ suspected }: Plan, { login, email }: Plan['accounts'][number]): boolean {
  const own = [login, email].flatMap((text) => text?.toLowerCase() ?? []);
  return (suspected ?? []).some(({ names: all }) => all.some((name) => own.includes(name.toLowerCase())));
}

function drawAccounts(plan: Plan): Drawing[] {
  const { accounts, people, sources, tools } = plan;
  const looked = sources
    .filter((one) => one.looked.count > 0)
    .map((one) => `${one.looked.count.toLocaleString('en')} newest ${one.looked.unit}`)
    .join(' and ');
  if (looked === '') return [];
  const nameOf = ({ login, name, email, isDoubtful }: Plan['accounts'][number]): string => login ?? (isDoubtful ? email : name) ?? email ?? ''; // prettier-ignore
  const named = (all: Plan['accounts']): string => names([...new Set(all.map((one) => `${nameOf(one)} (${one.count.toLocaleString('en')})`))], 6); // prettier-ignore
  const of = (kind: Plan['accounts'][number]['kind']): Plan['accounts'] => accounts.filter((one) => one.kind === kind);
  const doubtful = of('human').filter((one) => !isSuspected(plan, one));
  const agents = of('ai_agent');
  const programs = of('automation');
  return [
    {
      text: `In the ${looked}: ${count(people, 'person', 'people')}; AI agents: ${agents.length === 0 ? 'none' : named(agents)}; programs: ${programs.length === 0 ? 'none' : named(programs)}.`,
    },
    {
      text:
        tools.length === 0
          ? 'No commit of them carries a mark of an AI tool: code source is unknown, not human.'
          : `Marks of AI tools in: ${names(tools.map(({ title, count: times }) => `${title} (${times.toLocaleString('en')})`), 8)}.`, // prettier-ignore
    },
    ...(doubtful.length > 0 ? [{ text: `Programs, perhaps: ${named(doubtful)}. If so: accounts: { automation: [${doubtful.slice(0, 3).map((one) => one.login ?? one.email ?? '').join(', ')}] }` }] : []), // prettier-ignore
  ];
}

/** Why, of several repositories: what was seen counts for more than the setting. */
function settingOf({ squash }: PlannedRepository): string {
  const setting = squash?.setting ?? null;
  if (setting === null) return '';
  const isAgainst = setting === 'commit_messages' && (squash?.verdict === 'lost' || squash?.verdict === 'partly');
  return isAgainst ? ` (seen, though the setting is ${setting.toUpperCase()})` : ` (the setting is ${setting.toUpperCase()})`; // prettier-ignore
}

const VERDICTS: Readonly<Record<PlannedSquash['verdict'], string>> = {
  kept: 'a squash keeps marks',
  partly: 'a squash keeps marks in part',
  lost: 'a squash loses marks',
  unknown: 'nothing says whether a squash keeps marks',
  none: 'nothing is squashed',
};

function drawSquash(read: readonly PlannedRepository[], isWhole: boolean): Drawing[] {
  const seen = read.filter(({ squash, isArchived }) => squash !== null && !isArchived);
  const key = ({ slug, squash }: PlannedRepository): string => (isWhole ? slug : `${squash?.verdict ?? ''} ${squash?.setting ?? ''}`); // prettier-ignore
  const lost = seen.filter(({ squash }) => squash?.verdict === 'lost' || squash?.verdict === 'partly');
  // Only a forge tells its setting, and what it tells of a change has its own commits.
  const seenByForge = lost.filter(({ squash }) => squash?.setting !== null);
  return [
    ...groupsOf(seen, key).map(([, all]) => ({ text: `${repositories(all)}: ${VERDICTS[all[0]?.squash?.verdict ?? 'unknown']}${all.length === 1 ? ` (${all[0]?.squash?.because ?? ''})` : settingOf(all[0] as PlannedRepository)}.` })), // prettier-ignore
    ...(seenByForge.length > 0 ? [{ text: `Of ${repositories(seenByForge)} nothing is lost: marks are read from the own commits of pull requests.` }] : []), // prettier-ignore
    ...(lost.length > seenByForge.length ? [{ text: 'Where marks are lost, own commits of pull requests still have them: read the forge too, or set the default message of a squash to its commits.' }] : []), // prettier-ignore
  ];
}

/** What is worth knowing, the same of several repositories once. */
function drawNotices({ repositories: all, notices, faults }: Plan, isWhole: boolean): Drawing[] {
  const own = all.flatMap(({ slug, notices: some }) => some.map((text) => ({ slug, text })));
  const grouped = groupsOf(own, ({ text }) => text).map(([text, some]) => ({ text: `${names(some.map(({ slug }) => slug), 4)}: ${text}` })); // prettier-ignore
  const lines = [...notices.map((text) => ({ text })), ...grouped];
  const shown = isWhole ? lines : lines.slice(0, MOST_NOTICES);
  return [
    ...faults.map((text) => ({ text })),
    ...shown,
    ...(shown.length < lines.length ? [{ text: `… and ${String(lines.length - shown.length)} more (--all).` }] : []),
  ];
}

function drawMetrics({ repositories: all, facts }: Plan): Drawing[] {
  const metrics = plannedMetrics(all, facts);
  const width = metrics.reduce((most, { title }) => Math.max(most, title.length), 0);
  const said = new Map<string, string>();
  return metrics.map(({ state, title, because, step }) => {
    const reason = `${because}${step === null ? '' : `. Next: ${step}`}`;
    const before = said.get(reason);
    said.set(reason, before ?? title);
    return {
      text: `${state.padEnd(7)}  ${title.padEnd(width)}  ${before === undefined ? reason : `as ${before}`}`,
      hanging: 7 + 2 + width + 2,
    };
  });
}

function headOf({ sources, repositories: all }: Plan): Drawing[] {
  const read = all.filter(({ isRead }) => isRead).length;
  const costs = sources.flatMap(({ title, cost }) => (cost === null ? [] : [`${title}: ${cost}.`]));
  return [
    { text: `Plan for ${count(all.length, 'repository', 'repositories')} of ${names(sources.map(({ title }) => title), 8)}. Nothing was collected or stored. ${costs.join(' ')}` }, // prettier-ignore
    ...(read < all.length ? [{ text: `The ${String(read)} that were pushed to last were looked into; ${(all.length - read).toLocaleString('en')} are listed only (--all looks into each).` }] : []), // prettier-ignore
  ];
}

/** @param width Columns of the terminal. */
export function drawPlan(plan: Plan, { isWhole, width }: { isWhole: boolean; width: number }): string {
  const read = plan.repositories.filter(({ isRead }) => isRead);
  const archived = plan.repositories.filter(({ isArchived }) => isArchived).length;
  const sections: Array<readonly [title: string, lines: readonly Drawing[]]> = [
    ['Production deployments', drawDeployments(read, isWhole)],
    ['Services', drawServices(read, isWhole)],
    ['Teams and owners', drawOwners(plan, read, isWhole)],
    ['Who writes', [...drawAccounts(plan), ...drawSuspected(plan, isWhole)]],
    ['Squash merges', drawSquash(read, isWhole)],
    ['To know', [...drawNotices(plan, isWhole), ...(archived > 0 ? [{ text: `${count(archived, 'archived repository is', 'archived repositories are')} collected too; no deployments are expected of them.` }] : [])]], // prettier-ignore
    ['What each metric will have', drawMetrics(plan)],
  ];
  const lines = [
    ...headOf(plan).flatMap((one) => wrap(one, { width, indent: 0 })),
    ...sections.flatMap(([title, own]) =>
      own.length === 0 ? [] : ['', title, ...own.flatMap((one) => wrap(one, { width, indent: 2 }))]
    ),
  ];
  return `${lines.join('\n')}\n`;
}
