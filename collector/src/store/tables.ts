/**
 * One entry per table: how its rows are recognised, in which order they are written, what happens when one comes again, and what a
 * written row makes stale. Adding a table = its migration and its entry here; a test compares both.
 */
import {
  by,
  heartbeatUsage,
  issueAnd,
  reportedOf,
  revertEnds,
  telemetryOf,
  usageOf,
  type Marker,
  type StaleItem,
} from './stale.ts';

export type HouseValue =
  string | number | boolean | Date | null | readonly string[] | Readonly<Record<string, unknown>>;

/**
 * What a column becomes when its row comes again. Without a rule the new value replaces the stored one, null included.
 * - `known`: null says "this source does not know", so it never erases what is known.
 * - `earliest`, `latest`: of both, whatever the order of reading.
 * - `first`: the stored one stays.
 * - `begun`: the earliest, where `state_order` begins with `part/`: such a row tells of one event of the whole. Else as without a rule.
 * - `requested`: the number in `request_number` is the key, whoever gave it and when; without one `known`.
 * - `named`: a source that knows only the id gives it as the title: never over a name that somebody chose.
 * - `either`: a list whose entries are allowed, null = all are: what either allows.
 */
export type MergeRule = 'begun' | 'either' | 'first' | 'known' | 'earliest' | 'latest' | 'named' | 'requested';

/** A table of facts: what a page may write. */
export interface FactTable {
  /** Columns by which a source knows the row when it comes again; a primary or unique key of the table. */
  readonly key: readonly string[];
  /** Columns that are not simply replaced; `*` = all others. Default: none. */
  readonly merge?: Readonly<Record<string, MergeRule>>;
  /**
   * Several sources give the row: the one of the higher `source_rank` decides, a lower one fills what the higher does not know. Null of
   * a listed column is knowledge (not closed any more), of others it is not.
   */
  readonly bySourceRank?: { readonly nullIsKnown: readonly string[] };
  /**
   * Columns that `trust` of a row decides about, whether the row gives them or not: where more is trusted than is stored they are the row's alone,
   * where less is nothing changes, and of what is trusted least the first stays.
   */
  readonly isByTrust?: readonly string[];
  /**
   * Rows may say in `state_order` which state of their source they tell: one of an earlier state then changes nothing but the columns
   * with a rule, so deliveries may come in any order. A row that does not say replaces all columns, those too.
   */
  readonly isOrdered?: true;
  /** SQL over `excluded` (new) of rows that only fill what is not known: nothing that is stored is replaced. Default: none is such. */
  readonly fillsIf?: string;
  /** Column that names what a row belongs to: when it changes, the former owner has changed too. Default: rows never move. */
  readonly owner?: string;
  /** Ordinal within the repository that the store gives on first sight, in the order of the page. A page never gives it. */
  readonly numbered?: string;
  /** A page may give rows of the table whole: those that it does not give again are taken back (`Page.replaced`). Default false. */
  readonly isReplaceable?: true;
  /**
   * What a written row makes stale. Default: nothing, for tables that no derivation reads, and for few and slow rows whose fingerprint
   * the derivation compares itself (repo, service, team, tool, tool_landing, workflow, workflow_tool).
   */
  readonly stale?: Marker;
}

/** Tables that a page may write, parents before children: a page's rows may come in any order. */
export const factTables = {
  service: { key: ['service_id'], merge: { title: 'named' } },
  team: { key: ['team_id'], merge: { title: 'named' } },
  person: {
    key: ['person_id'],
    merge: { first_seen_at: 'earliest', '*': 'known' },
    stale: by('identity', 'person_id'),
  },
  // What several connectors of a tool can deliver: the best. A name that somebody chose stays.
  tool: { key: ['tool_id'], merge: { title: 'first', nominal_grade: 'latest' } },
  repo: { key: ['slug'], merge: { changes_known_from: 'earliest', deployments_known_from: 'earliest' } },
  account: {
    key: ['account_id'],
    isByTrust: ['login', 'email', 'external_id', 'display_name', 'kind'],
    merge: {
      login: 'known',
      email: 'known',
      external_id: 'known',
      display_name: 'known',
      person_id: 'known',
      method: 'known',
      confidence: 'known',
      source_key: 'known',
      trust: 'latest',
    },
    stale: by('identity', 'account_id'),
  },
  account_claim: {
    key: ['account_id', 'person_id', 'source', 'valid_from'],
    stale: by('identity', 'account_id'),
  },
  membership: { key: ['person_id', 'team_id', 'valid_from'], stale: by('identity', 'person_id') },
  team_account: { key: ['account_id', 'team_id', 'valid_from'], stale: by('identity', 'account_id') },
  seat: { key: ['tool_id', 'person_id', 'valid_from'], stale: by('identity', 'person_id') },
  tool_landing: { key: ['tool_id', 'team_id', 'workflow_id'] },
  workflow: { key: ['workflow_id', 'version'] },
  workflow_tool: { key: ['workflow_id', 'tool_id'] },
  path: { key: ['repo_id', 'path'], numbered: 'path_id' },
  git_commit: {
    key: ['repo_id', 'sha'],
    merge: { change_key: 'requested', request_number: 'earliest', '*': 'known' },
    // A forge tells commits that git may know better: whether they are on the default branch, and by which address.
    fillsIf: 'excluded.request_number is not null',
    owner: 'change_key',
    numbered: 'commit_no',
    stale: by('commit', 'change_key', 'sha'),
  },
  change: {
    key: ['repo_id', 'change_key'],
    bySourceRank: { nullIsKnown: ['closed_at'] },
    isOrdered: true,
    stale: by('change', 'change_key'),
  },
  change_event: { key: ['repo_id', 'change_key', 'event_id'], stale: by('change', 'change_key') },
  change_watch: {
    key: ['repo_id', 'change_key'],
    merge: { first_at: 'earliest', last_at: 'latest', look_count: 'latest' },
  },
  revert: { key: ['repo_id', 'change_key', 'revert_change_key'], merge: { line_share: 'known' }, stale: revertEnds },
  commit_mark: { key: ['repo_id', 'sha', 'tool_id', 'kind'], isReplaceable: true, stale: by('commit', 'sha') },
  line_attestation: { key: ['repo_id', 'sha', 'path', 'first_line'], isReplaceable: true, stale: by('change', 'sha') },
  attribution_override: { key: ['repo_id', 'target'], stale: by('change', 'target') },
  line_span: {
    key: ['repo_id', 'origin_no', 'path_id', 'line_source', 'born_no', 'died_no', 'death_kind'],
    stale: by('lines', 'origin_no'),
  },
  live_file: { key: ['repo_id', 'path', 'seq'] },
  tool_event: { key: ['person_id', 'tool_id', 'event_id', 'at'], stale: usageOf('at') },
  person_day: { key: ['person_id', 'tool_id', 'day', 'source'], stale: reportedOf('person') },
  account_day: {
    key: ['account_id', 'tool_id', 'day', 'source', 'scope'],
    isReplaceable: true,
    stale: reportedOf('account'),
  },
  account_seat: {
    key: ['account_id', 'tool_id', 'source', 'scope', 'valid_from'],
    stale: reportedOf('seat'),
  },
  tool_point: { key: ['account_id', 'tool_id', 'series_id', 'at'], stale: telemetryOf('at') },
  agent_session: {
    key: ['tool_id', 'session_id'],
    merge: { started_at: 'earliest', last_at: 'latest', grade: 'latest', '*': 'known' },
    stale: telemetryOf('last_at'),
  },
  session_commit: {
    key: ['tool_id', 'session_id', 'sha', 'method'],
    merge: { repo_id: 'known', organisations: 'either' },
    isReplaceable: true,
    stale: by('session', 'sha'),
  },
  heartbeat: { key: ['source', 'day'], merge: { last_at: 'latest' }, stale: heartbeatUsage },
  deployment: {
    key: ['source', 'external_id'],
    isOrdered: true,
    owner: 'service_id',
    stale: by('deployment', 'service_id'),
  },
  incident: {
    key: ['source', 'external_id'],
    isOrdered: true,
    merge: { started_at: 'begun', acknowledged_at: 'earliest', responder_account_id: 'known' },
    owner: 'service_id',
    stale: by('incident', 'service_id'),
  },
  incident_link_override: {
    key: ['incident_source', 'incident_external_id'],
    stale: () => [{ kind: 'incident', item: '*' }],
  },
  tracker_project: { key: ['source', 'project_key'], merge: { listed_at: 'latest', title: 'known' } },
  cycle: { key: ['source', 'cycle_id'] },
  issue: {
    key: ['source', 'external_id'],
    isOrdered: true,
    merge: { seen_at: 'latest' },
    // That it was listed says nothing of it.
    stale: (values) =>
      values['state_order'] === undefined && values['seen_at'] !== undefined ? [] : by('issue', 'external_id')(values),
  },
  issue_key: {
    key: ['source', 'issue_key'],
    isReplaceable: true,
    owner: 'external_id',
    stale: issueAnd('key', 'issue_key'),
  },
  issue_event: { key: ['source', 'external_id', 'event_id'], isReplaceable: true, stale: by('issue', 'external_id') },
  issue_reference: { key: ['source', 'external_id', 'url'], isReplaceable: true, stale: issueAnd('page', 'url') },
  issue_cycle: {
    key: ['source', 'external_id', 'cycle_id', 'added_at'],
    isReplaceable: true,
    stale: by('issue', 'external_id'),
  },
  build: {
    key: ['repo_id', 'source', 'external_id', 'attempt'],
    // What has ended does not run again: another run of it is another attempt.
    merge: { queued_at: 'known', started_at: 'known', finished_at: 'known', result: 'known' },
    // Checks of a change are those of its last commit.
    isReplaceable: true,
  },
  cost: { key: ['month', 'category', 'tool_id', 'team_id', 'currency'] },
  survey_answer: { key: ['survey_id', 'question_id', 'respondent_token'] },
} as const satisfies Readonly<Record<string, FactTable>>;

/** A table that a page may write. */
export type HouseTable = keyof typeof factTables;

/** Tables that a page may give whole. */
export type ReplaceableTable = {
  [Name in HouseTable]: (typeof factTables)[Name] extends { readonly isReplaceable: true } ? Name : never;
}[HouseTable];

/** Written by the derivation alone: a pure function of facts and configuration, forgotten when everything is derived anew. */
export const derivedTables = [
  'change_fact',
  'change_review',
  'reviewer_part',
  'change_coordination',
  'deployment_fact',
  'deployment_change',
  'deployment_removed',
  'incident_link',
  'issue_mention',
  'issue_fact',
  'issue_stage',
  'workflow_completion',
  'change_survival',
  'change_line',
  'change_death',
  'tool_day',
  'declared_day',
  'usage_week',
  'tool_week',
  'tool_match',
  'landing',
  'derive_state',
  'pack.survival_day',
  'pack.survival_delta',
  'pack.survival_pack',
  'pack.deployment_pack',
  'pack.usage_pack',
  'pack.completion_pack',
] as const;

/** Copies of facts that the store itself keeps, by triggers: nobody writes them, and nothing is to be derived anew. */
export const copiedTables = ['pack.tool_event_month'] as const;

/** The collector's own books, and what the configuration writes: neither a page nor a full derivation touches them. */
export const ownTables = [
  'account_join',
  'calendar_event',
  'dirty',
  'erased',
  'evidence_opening',
  'exclusion',
  'found_scope',
  'inbox',
  'phase',
  'rate_budget',
  'secret',
  'setting',
  'skipped',
  'stream_state',
  'throughline_migration',
  'unknown_name',
] as const;

/** One house row; `values` holds the columns of `table` by name (natural keys, no surrogates). */
export interface HouseRow {
  readonly table: HouseTable;
  readonly values: Readonly<Record<string, HouseValue>>;
}

/** The entry of a table that a page names; undefined = a page may not write such a table. */
export function factTable(name: string): FactTable | undefined {
  return Object.hasOwn(factTables, name) ? factTables[name as HouseTable] : undefined;
}

/** Names in the order in which they are written. */
export const factTableNames = Object.keys(factTables) as HouseTable[];

/** Kinds that mean nothing without a repository. */
const ofRepository: ReadonlySet<StaleItem['kind']> = new Set(['change', 'commit', 'lines']);

/**
 * What a written row makes stale; no entry = nothing. `repoId` (null = none) is what the store puts beside each entry.
 * Rows that were deleted are marked like rows that were written. Bulk writers may mark `{ kind, item: '*' }` of a repository instead.
 */
export function staleItems(row: HouseRow, repoId: number | null): StaleItem[] {
  const marked = factTable(row.table)?.stale?.(row.values) ?? [];
  return marked.filter(({ kind }) => repoId !== null || !ofRepository.has(kind));
}
