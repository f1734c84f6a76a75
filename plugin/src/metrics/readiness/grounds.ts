/** What each ground of an answer is worth in a store, by what was measured. Pure. */
import type { Category, Ground } from '../define.ts';
import { textOf } from '../parts/groups.ts';
import {
  dayOf,
  get,
  hidden,
  known,
  missing,
  part,
  partly,
  some,
  type Found,
  type Judge,
  type Measured,
} from './found.ts';
import { sourcesOf } from './sources.ts';

const DAY_MS = 86_400_000;
/** Above this part of unknown source comparisons give no verdict (metrics.md 2.1). */
const UNKNOWN_LIMIT = 0.3;
/** Below this the join of use and delivery is not to be believed (metrics.md 2.4). */
const MATCH_LIMIT = 0.9;
/** Below this part of known starts a time is none of the whole (metrics.md 0.14). */
const STARTS_LIMIT = 0.5;
const NEARLY_ALL = 0.8;
/** Above this one person is most of a group (metrics.md 15.1). */
const DOMINANCE = 0.8;

const changes: Judge = (all) => {
  const { row, k } = all;
  const [first, last] = [dayOf(all, 'first_change_at'), dayOf(all, 'last_change_at')];
  if (first === null || last === null) {
    if (row['is_collecting'] === true)
      return missing('the first collection has not brought a merged change yet', 'wait');
    return get(all, 'repos') === 0
      ? missing('nothing is collected yet', 'repository')
      : missing('no merged change was found in what is collected', 'repository');
  }
  const n = get(all, 'changes');
  if (n === 0) return missing(`no merged change in this range: the store holds ${first} to ${last}`, 'range');
  if (get(all, 'people') < k) return hidden(k, 'merged changes');
  if (get(all, 'one_person_share') > DOMINANCE)
    return missing('hidden: too few people behind the changes of this range', 'people');
  return known(
    `${some(n, k, 'changes')} by ${some(get(all, 'people'), k, 'people')} in ${repositories(get(all, 'active_repos'))}`
  );
};

const repositories = (count: number): string => `${String(count)} ${count === 1 ? 'repository' : 'repositories'}`;
/** Of merged changes nothing more is known than of the changes. */
const ofChanges =
  (judge: Judge): Judge =>
  (all) => {
    const found = changes(all);
    return found.level === 'missing' ? found : judge(all);
  };

const reviews = ofChanges((all) => {
  const [told, reviewed] = [get(all, 'told'), get(all, 'reviewed')];
  if (told === 0) return missing('history from git alone tells of no pull request and no review', 'forge');
  if (reviewed === 0) return missing('no pull request of this range has a review', null);
  const share = reviewed / told;
  return share < STARTS_LIMIT
    ? partly(`${part(share)} of the pull requests have a review`, null)
    : known(`${part(share)} of the pull requests have a review`);
});

const starts = ofChanges((all) => {
  const share = get(all, 'started') / get(all, 'changes');
  const why = `the start of ${part(share)} of the changes is known`;
  const step = get(all, 'told') === 0 ? 'forge' : null;
  if (share < STARTS_LIMIT) return missing(`${why}: a squash is dated with its merge`, step);
  return share < NEARLY_ALL ? partly(why, step) : known(why);
});

const codeSource = ofChanges((all) => {
  const { row, k } = all;
  const unknown = 1 - get(all, 'sourced') / get(all, 'changes');
  if (unknown === 1)
    return missing('no change carries a mark of who wrote it: all are unknown, which is not human', 'marks');
  const groups = sourcesOf(textOf(row['source_people']), k).filter(({ source }) => source !== 'unknown');
  const few = groups.filter(({ isHidden }) => isHidden).length;
  if (few === groups.length) return missing(`hidden: fewer than ${String(k)} people behind each code source`, 'people');
  const why = [
    unknown === 0
      ? 'the source of every change is known'
      : `${part(unknown)} of the changes are of unknown source${unknown > UNKNOWN_LIMIT ? ', too much for a verdict' : ''}`,
    ...(few > 0
      ? [
          `${String(few)} of ${String(groups.length)} known sources hidden: fewer than ${String(k)} people, or what would follow from them`,
        ]
      : []),
  ].join('; ');
  if (unknown > UNKNOWN_LIMIT) return partly(why, 'marks');
  return few > 0 ? partly(why, 'people') : known(why);
});

const teams = ofChanges((all) => {
  const share = get(all, 'teamed') / get(all, 'changes');
  if (share === 0) return missing('no change belongs to a team', 'teams');
  const why = `${part(share)} of the changes belong to a team`;
  return share < NEARLY_ALL ? partly(why, 'teams') : known(why);
});

const lines: Judge = (all) => {
  if (all.row['has_lines'] !== true) {
    const found = changes(all);
    if (found.step === 'repository' || found.step === 'wait') return found;
    const isForge = all.row['has_forge'] === true;
    return missing('the git histories are not read: nothing is known of lines', isForge ? 'mirrors' : 'repository');
  }
  const found = changes(all);
  if (found.level === 'missing') return found;
  if (get(all, 'lived') === 0) return missing('no line of this range has a history yet', 'wait');
  return known(`lines are followed up to ${dayOf(all, 'observed_until') ?? 'an unknown day'}`);
};

const age90: Judge = (all) => {
  const found = lines(all);
  if (found.level === 'missing') return found;
  if (get(all, 'old') > 0) return known('lines of this range were followed for 90 days and more');
  const [first, until] = [all.row['first_line_at'], all.row['observed_until']];
  const days =
    first instanceof Date && until instanceof Date ? Math.floor((until.getTime() - first.getTime()) / DAY_MS) : 0;
  return missing(`the oldest line of this range was followed for ${String(days)} days, not yet 90`, 'range');
};

const MOST_NAMED = 3;
/** Where people are too few to name their repository (derive/organisation). */
const OTHER = 'other';

/** Repositories without a deployment in this range, at most three by name: those of enough people. '' = none can be named. */
function withoutDeployments(all: Measured): string {
  const named = textOf(all.row['lacking_repos'])
    .split('\u001f')
    .map((text) => [text.slice(0, text.lastIndexOf(' ')), Number(text.slice(text.lastIndexOf(' ') + 1))] as const)
    .filter(([repo, people]) => repo !== '' && repo !== OTHER && people >= all.k)
    .slice(0, MOST_NAMED)
    .map(([repo]) => repo);
  const rest = get(all, 'lacking') - named.length;
  return named.length === 0 ? '' : `${named.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
}

const deployments: Judge = (all) => {
  const { row, k } = all;
  const n = get(all, 'deployments');
  const who = withoutDeployments(all);
  if (n === 0) {
    const last = dayOf(all, 'last_deployment_at');
    if (last !== null) return missing(`no deployment to production in this range; the newest is of ${last}`, 'range');
    if (row['has_other_deployments'] === true)
      return missing('deployments are known, none of them to production', 'environment');
    const found = changes(all);
    if (found.level === 'missing')
      return found.step === 'people' ? missing('no deployment to production is known', 'deployments') : found;
    const since =
      row['since'] instanceof Date && row['until'] instanceof Date
        ? Math.round((row['until'].getTime() - row['since'].getTime()) / DAY_MS)
        : 0;
    const of = `no deployment to production in ${String(since)} days of ${repositories(get(all, 'active_repos'))}`;
    return missing(who === '' ? of : `${of}: ${who}`, 'deployments');
  }
  if (get(all, 'shipped_people') < k) return hidden(k, 'are behind what was deployed');
  const [own, active] = [get(all, 'deployed_repos'), get(all, 'active_repos')];
  const why = `${some(n, k, 'deployments')} of ${String(own)} of ${repositories(Math.max(own, active))}`;
  return own < active ? partly(who === '' ? why : `${why}; none known of ${who}`, 'deployments') : known(why);
};

const failures: Judge = (all) => {
  const [told, repairs] = [get(all, 'incidents'), get(all, 'repairs')];
  if (told + repairs === 0)
    return missing('nobody reports failures: no incident, rollback or hotfix in this range', 'incidents');
  return told === 0
    ? partly('only rollbacks and hotfixes tell of failures', 'incidents')
    : known(`${some(told, all.k, 'incidents')} in production`);
};

const incidents: Judge = (all) => {
  const n = get(all, 'incidents');
  if (n === 0) return missing('no incident in production in this range', 'incidents');
  const share = get(all, 'linked') / n;
  const why = `${part(share)} of the incidents are linked to a deployment`;
  return share < STARTS_LIMIT ? partly(why, 'links') : known(why);
};

const usage: Judge = (all) => {
  const { k } = all;
  const [seen, of] = [get(all, 'known'), get(all, 'seen')];
  if (seen === 0) {
    const last = dayOf(all, 'last_usage_at');
    return last === null
      ? missing('no telemetry and no mark tells who uses a tool', 'usage')
      : missing(`use is known of nobody in this range; the newest is of the week of ${last}`, 'range');
  }
  if (get(all, 'users') < k) return hidden(k, 'are known to use a tool');
  const why = `use is known of ${part(seen / of)} of the people`;
  const declared = get(all, 'declared') / seen;
  if (declared > 0.5) return partly(`${why}, for ${part(declared)} of them by marks in git alone`, 'usage');
  return seen / of < NEARLY_ALL ? partly(why, 'usage') : known(why);
};

const bands: Judge = (all) => {
  const found = usage(all);
  if (found.level === 'missing') return found;
  return get(all, 'others') < all.k
    ? missing(`nobody to compare with: fewer than ${String(all.k)} people are known to use no tool`, 'people')
    : known('people with and people without use are enough to compare');
};

const before: Judge = (all) => {
  const [landings, early] = [get(all, 'landings'), get(all, 'early')];
  if (landings === 0) return missing('no tool is known to have landed', 'landings');
  if (early === 0) return missing('every tool landed before the data begins, or within its first four weeks', 'older');
  return early < landings
    ? partly('some teams had a tool before the data begins', 'older')
    : known('the data begins before the tools landed');
};

/** The tool whose accounts are joined least, where that is too little to be believed: of tools with enough accounts to tell of. */
function leastJoined(all: Measured): string | null {
  const tools = textOf(all.row['tools_joined']).split('\u001f').map((text) => text.split('\u001e'));
  const [title = '', users, matched] = tools.find(([, users]) => Number(users) >= all.k) ?? [];
  const share = Number(matched) / Number(users);
  return share < MATCH_LIMIT ? `of the accounts of ${title} ${part(share)} are joined to people who are known elsewhere` : null;
} // prettier-ignore

const identity: Judge = (all) => {
  const [users, authors] = [get(all, 'users'), get(all, 'authors')];
  const [n, joined] = [get(all, 'accounts'), get(all, 'joined')];
  if (n === 0) return missing('no account is known', 'identity');
  const least = leastJoined(all);
  const rate = `accounts joined to one person: ${String(Math.floor((100 * joined) / n))} %${least === null ? '' : `; ${least}`}`;
  // Marks in git are of authors by themselves.
  const isByMarks = get(all, 'declared') > get(all, 'known') / 2;
  if (users >= all.k && authors < all.k && !isByMarks)
    return missing(
      `fewer than ${String(all.k)} of the people who use a tool are known as authors (${rate})`,
      'identity'
    );
  const share = users < all.k || isByMarks ? 1 : authors / users;
  const why = `${rate}${share < MATCH_LIMIT ? `; ${part(share)} of the people who use a tool are known as authors` : ''}`;
  return share < MATCH_LIMIT || joined / n < MATCH_LIMIT || least !== null ? partly(why, 'identity') : known(why);
};

const sprints: Judge = (all) => {
  const n = get(all, 'sprints');
  if (n === 0)
    return all.row['has_sprints'] === true
      ? missing('no sprint or cycle was closed in this range', 'range')
      : missing('no tracker tells of a sprint or cycle that is over', 'tracker');
  if (get(all, 'sprint_people') < all.k) return hidden(all.k, 'are assigned to the issues of sprints');
  return known(`${some(n, all.k, 'sprints and cycles')} were closed`);
};

/** Where nothing at all is collected, that is what is missing. */
const inStore =
  (judge: Judge): Judge =>
  (all) => {
    const found = judge(all);
    return found.level === 'missing' && dayOf(all, 'first_change_at') === null ? changes(all) : found;
  };

/** What grounds are made of that may not be collected. */
const MADE_OF: Partial<Record<Ground, Category>> = { usage: 'usage', bands: 'usage', before: 'usage', lines: 'lines', age_90: 'lines' }; // prettier-ignore

/** What the organisation chose not to collect is missed as its choice: no step brings it. */
function asChosen(ground: Ground, found: Found, { off }: Measured): Found {
  const category = MADE_OF[ground];
  if (category === undefined || !off.has(category) || found.level === 'known') return found;
  return { ...found, why: `${found.why} (privacy.collect.${category} is false in throughline.yaml)`, step: null };
}

const JUDGES: Readonly<Record<Ground, Judge>> = { changes, lines, age_90: age90, starts, code_source: codeSource, reviews, deployments, failures, incidents, usage, bands, before, identity, teams, sprints }; // prettier-ignore

/** Every ground as it was found, in the order in which they are read. */
export const judgeAll = (measured: Measured): ReadonlyMap<Ground, Found> =>
  new Map(Object.entries(JUDGES).map(([ground, judge]) => [ground as Ground, asChosen(ground as Ground, inStore(judge)(measured), measured)])); // prettier-ignore
