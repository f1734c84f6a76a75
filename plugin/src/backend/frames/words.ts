/**
 * How values look wherever they stand, in a frame of any panel: one word and one colour for each code source, usage band and state. Keys are
 * the names of columns, then their values; values that are not here are shown as they are.
 */

/** Words and Grafana colour of a value; absent = the value itself, the colour of text. */
export interface Look {
  readonly text?: string;
  readonly color?: string;
}

export type Looks = Readonly<Record<string, Look>>;

/** Values of a label stand in one panel: their colours differ. */
const codeSources: Looks = {
  human: { color: 'blue' },
  // Both of the next two: it never stands beside them.
  ai: { color: 'orange', text: 'AI' },
  ai_assisted: { color: 'yellow', text: 'AI-assisted' },
  ai_heavy: { color: 'orange', text: 'AI-heavy' },
  unknown: { color: '#8e8e8e' },
  // A deployment without a known change.
  none: { color: '#4f9d9d', text: 'no code change' },
  // A deployment of several of which none has most.
  mixed: { color: 'purple' },
};

const bands: Looks = {
  high: { color: 'orange', text: 'high use' },
  mid: { color: 'yellow', text: 'medium use' },
  low: { color: 'purple', text: 'low use' },
  zero: { color: 'blue', text: 'no use' },
  // Of whom a tool that sells seats knows whether they hold one.
  zero_seated: { text: 'no use, with a seat' },
  zero_unseated: { text: 'no use, no seat' },
  unknown: { color: '#8e8e8e' },
};

const states: Looks = {
  ok: { color: 'text' },
  improved: { color: 'green' },
  regressed: { color: 'red' },
  no_clear_change: { color: 'text', text: 'no clear change' },
  better: { color: 'green', text: 'better than reference' },
  worse: { color: 'red', text: 'worse than reference' },
  no_clear_difference: { color: 'text', text: 'no clear difference' },
  // Of numbers of which neither more nor less is better.
  more: { color: 'text', text: 'more than reference' },
  less: { color: 'text', text: 'less than reference' },
  insufficient_data: { color: 'orange', text: 'insufficient data' },
  not_judged: { color: 'text', text: 'not judged' },
  too_early: { color: 'orange', text: 'too early' },
  low_n: { color: 'orange', text: 'too few' },
  too_wide: { color: 'orange', text: 'not known' },
  suppressed_k: { color: 'orange', text: 'hidden' },
  immature: { color: 'orange' },
  partial: { color: 'orange' },
  no_baseline: { color: 'orange', text: 'no baseline' },
  no_telemetry: { color: 'orange', text: 'no telemetry' },
  not_asked: { color: 'text', text: 'not asked' },
  no_deployment: { color: 'text', text: 'no deployment' },
  undefined: { color: 'text', text: 'no units' },
  stale: { color: 'red' },
  failed: { color: 'red' },
  never: { color: 'red' },
  reverted: { color: 'red' },
  merged: { color: 'text' },
  deployed: { color: 'text' },
  resolved: { color: 'text' },
  collecting: { color: 'blue' },
  waiting: { color: 'text' },
  fresh: { color: 'green' },
  quiet: { color: 'text', text: 'nothing new' },
  open: { color: 'orange' },
  answers: { color: 'green' },
  in_part: { color: 'orange', text: 'in part' },
  not_yet: { color: 'text', text: 'not yet' },
  known: { color: 'green' },
  partly: { color: 'orange', text: 'in part' },
  missing: { color: 'text' },
};

/** Why a row has no number, by its status (metrics.md 0.14); `ok` says nothing. */
export const REASONS: Readonly<Record<string, string>> = {
  partial: 'only in part inside the range or the collected data, no point of a line',
  low_n: 'too few units for a number',
  too_wide: 'not known: the interval is too wide to use',
  suppressed_k: 'hidden: too few people, or it would tell of so few',
  immature: 'too young, the outcome window has not passed yet',
  stale: 'stale, the source has not reported lately',
  no_baseline: 'no baseline, the tool landed before the data begins',
  no_telemetry: 'no telemetry, what they need is not reported or not joined to people',
  not_asked: 'not asked, no survey asks for it',
  no_start: 'without a known start, forges date a squash with its merge',
  no_deployment: 'no deployment to production holds any of their changes',
  undefined: 'no value, there is nothing of which it would be a part',
  bad_config: 'not computed, the configuration has a fault',
};

/** The same, with what is known of this answer. */
export function reasonOf(status: string, whyHidden?: string): string | undefined {
  if (status === 'suppressed_k' && whyHidden !== undefined) return whyHidden;
  return Object.hasOwn(REASONS, status) ? REASONS[status] : undefined;
}

const stages: Looks = { pickup: { text: 'until somebody looks' }, deploy: { text: 'until production' } };

/** Ages at which survival is read. */
const ages: Looks = Object.fromEntries(['30', '60', '90'].map((days) => [days, { text: `${days} days` }]));

/** How an incident is linked with a deployment. */
const links: Looks = { time_window: { text: 'time alone' }, unlinked: { text: 'not linked' } };

/** What tells who wrote a change. */
const evidence: Looks = { git_ai_note: { text: 'git-ai note' }, agent_author: { text: 'by an agent' } };

/** Signal grades by number. */
const grades: Looks = {
  0: { text: 'none' },
  1: { text: 'seat' },
  2: { text: 'activity' },
  3: { text: 'event' },
  4: { text: 'line' },
};

/** Groups that are compared: they carry their colour into series too. */
const groups: Readonly<Record<string, Looks>> = { code_source: codeSources, bucket: bands };

/** Tools of no name, as the store's list of tools calls them (attribution/tools). */
const tools: Looks = { generic: { text: 'AI tool (not named)' } };

const texts: Readonly<Record<string, Looks>> = {
  ...groups,
  usage_bucket: bands,
  from_bucket: bands,
  opened_by: { ai_agent: { text: 'AI agent' } },
  tool: tools,
  // Of people whose team nobody named.
  team: { unknown: { text: 'no team' } },
  // What others are compared with is the code that nobody marked, not an unknown group.
  reference: { ...codeSources, unknown: { color: '#8e8e8e', text: 'unmarked' } },
  stage: stages,
  horizon_d: ages,
  method: { ...links, ...evidence },
  status: states,
  verdict: states,
  same_size_verdict: states,
  changed_verdict: states,
  state: states,
  outcome: states,
};

const numbers: Readonly<Record<string, Looks>> = { grade: grades, effective_grade: grades };

/** What a comparison says, as it is or at equal size. */
const isVerdict = (name: string): boolean => /(^|_)verdict$/.test(name);

/** Looks of the values of a column; undefined = it has none of its own. */
export function looksOf({ name, type }: { readonly name: string; readonly type: string }): Looks | undefined {
  const found = type === 'string' ? texts : numbers;
  return Object.hasOwn(found, name) ? found[name] : undefined;
}

/** Of unknown source is never judged: as what the others are compared with it is the code that nobody marked. */
const AS_REFERENCE: Look = { text: 'unmarked (as reference)' };

const THE_REFERENCE = /\breference$/;

/** The same of an answer whose groups are compared with one: better than human, not than a reference that is to be looked up. */
export function looksAgainst(
  column: { readonly name: string; readonly type: string },
  reference: string
): Looks | undefined {
  const looks = looksOf(column);
  if (column.name === 'code_source' && reference === 'unknown') return { ...looks, unknown: AS_REFERENCE };
  if (looks === undefined || !isVerdict(column.name)) return looks;
  const named = lookOf('reference', reference).text ?? reference;
  return Object.fromEntries(
    Object.entries(looks).map(([value, look]) => [
      value,
      look.text === undefined ? look : { ...look, text: look.text.replace(THE_REFERENCE, named) },
    ])
  );
}

/** The one group that all rows of an answer are compared with; undefined = none, or several. */
export function referenceOf(rows: ReadonlyArray<Readonly<Record<string, unknown>>>): string | undefined {
  const all = new Set(rows.map(({ reference }) => reference).filter((one) => typeof one === 'string'));
  const [only] = all;
  return all.size === 1 ? only : undefined;
}

/** Colours of the groups that are compared, by label and value. */
export const FIXED: Readonly<Record<string, Looks>> = groups;

/** Whether a label is one whose values are compared by colour. */
export const isCompared = (name: string): boolean => Object.hasOwn(groups, name);

/** The look of one value; empty = as it is. */
export function lookOf(name: string, value: string): Look {
  const looks = Object.hasOwn(texts, name) ? texts[name] : undefined;
  if (looks !== undefined && Object.hasOwn(looks, value)) return looks[value] ?? {};
  return IDS.includes(name) && value.includes('_') ? { text: value.replaceAll('_', ' ') } : {};
}

/** Columns that hold ids, of ours or of the configuration, no names that people gave: without a word of its own an id is told as one. */
const IDS: readonly string[] = ['basis', 'design', 'kind', 'link_methods', 'method', 'metric', 'mode', 'workflow'];
export const holdsIds = ({ name }: { readonly name: string }): boolean => IDS.includes(name);

/** Whether colour says how it stands, not which group it is. */
export const isState = (name: string): boolean => texts[name] === states;
