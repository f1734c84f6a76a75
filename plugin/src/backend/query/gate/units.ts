/** The rows that metrics count, as the views of the store name them: their time, the human behind each and what they are grouped and filtered by. */
import type { Dimension } from '../../../metrics/define.ts';
import type { JudgedUnit } from './judged.ts';

/** What rows are by: a dimension, or what a metric has rows by whatever is chosen. */
export type RowLabel = Dimension | 'opened_by' | 'basis' | 'named_by' | 'stage';

/** When there were units of which group: fixed text, nothing of a question is in it. */
export interface OutlineSql {
  /** A view as `u`, and which of its rows; `{end}` = the end of the range. */
  readonly from: string;
  /** Instant that places a unit in a range. */
  readonly at: string;
  /** Follows from the instant being in the range, and has an index. Absent = the instant has one. */
  readonly near?: string;
  readonly dimensions: Partial<Record<RowLabel, string>>;
}

/** SQL of one kind of unit. */
export interface UnitSql extends OutlineSql {
  /** How things stand at the end of a range, whenever they began. */
  readonly isStock?: true;
  /** Human who counts; null = nobody known. */
  readonly person: string;
  /** A row for each of the units' instants and groups, quicker to read than the units: for questions about its dimensions alone. */
  readonly outline?: OutlineSql;
  /** What rows are by whatever is chosen. */
  readonly always?: readonly RowLabel[];
  /** A list of values a unit. */
  readonly lists?: Partial<Record<RowLabel, string>>;
}

/** Columns of a view that are named as the dimension is. */
const named = (...dimensions: readonly Dimension[]): Partial<Record<Dimension, string>> =>
  Object.fromEntries(dimensions.map((name) => [name, `u.${name}`]));

const PLACE = ['team', 'repo', 'service'] as const;
const OF_CHANGE = [...PLACE, 'pr_class', 'code_source', 'zone', 'size'] as const;

const changes = (view: string, at: string): UnitSql => ({
  from: `${view} u where true`,
  at,
  person: 'u.person_id',
  dimensions: named(...OF_CHANGE, 'seniority'),
  lists: { tool: 'u.counted_tools' },
});

const shipped = (which: string): UnitSql => ({
  from: `shipped_unit u where ${which}`,
  at: 'u.finished_at',
  person: 'u.person_id',
  dimensions: named(...OF_CHANGE),
  outline: {
    from: `production_deployment u cross join lateral unnest(u.sources) as s(code_source) where ${which}`,
    at: 'u.finished_at',
    dimensions: { ...named(...PLACE), code_source: 's.code_source' },
  },
});

/** Of changes whose deployment counts. */
const IS_DELIVERED = 'u.deployed_at is not null and u.deployment_excluded is null';

/** Changes in production of which every stage is known, as metric flow-shift counts them. */
const IS_FINISHED =
  'u.deployment_excluded is null and u.first_ready_at is not null and u.first_commit_at <= u.merged_at and u.merged_at <= u.deployed_at';

/** Changes of which every stage is known, as metric flow counts them. */
const IS_REVIEWED = 'u.created_at is not null and u.first_review_at is not null and u.first_commit_at <= u.merged_at';

/** Changes in production, when they came there: written as the index has it. */
const delivered = (which: string): UnitSql => ({
  ...changes('merged_unit', 'coalesce(u.deployed_at, u.merged_at)'),
  from: `merged_unit u where ${which}`,
});

/** Stays of changes in a stage, as metric work-in-progress counts them, at each of some instants. */
const stays = (stage: string, instants: string): UnitSql => ({
  from: `(select s.*, e.at from queue_stay s cross join lateral (${instants}) as e(at) where s.stage = '${stage}') u where true`,
  at: 'u.at',
  person: 'u.person_id',
  dimensions: named(...PLACE),
});
const CAME = 'select s.entered_at';
const LEFT = 'select s.left_at';
/** An instant in each week that a stay has a part of: weeks may be an hour short. Most stays end before a second one, which is said in words that cost nothing. */
const STAYED = `${CAME} union all ${LEFT} union all select generate_series(s.entered_at + interval '6 days', least(s.left_at, (select complete_until from data_clock)), '6 days')
  where s.left_at >= s.entered_at + interval '6 days' is not false`;

/** Issues of sprints that are over. */
const ofSprints = (which: string): UnitSql => ({
  from: `sprint_issue u where ${which}`,
  at: 'u.ended_at',
  person: 'u.person_id',
  dimensions: named('team'),
});

/** Issues that are done, as metric features counts them. */
const ofDone = (which: string): UnitSql => ({
  from: `done_issue u where ${which}`,
  at: 'u.done_at',
  person: 'u.person_id',
  dimensions: named('team'),
});

/** Merged changes of a forge. */
const ofForge = (from: string): UnitSql => ({
  from,
  at: 'u.merged_at',
  person: 'u.person_id',
  dimensions: named(...OF_CHANGE),
});
const opened = (which: string): UnitSql => ofForge(`review_unit u where ${which}`);

/** The same with who reviewed. */
const openedBy = (which: string): UnitSql => ({
  ...opened(which),
  // Its reviewers are looked up by key: a join by two columns is taken for a hundred times smaller, and then made row by row in the wrong order.
  from: `review_unit u cross join lateral (
      select p.person_id from reviewer_part p where p.repo_id = u.repo_id and p.change_id = u.change_id and p.person_id <> '' offset 0) p where ${which}`,
  person: 'p.person_id',
});

/** What each reviewer did of a change. */
const looks: UnitSql = {
  from: 'reviewer_unit u where true',
  at: 'u.merged_at',
  person: 'u.person_id',
  dimensions: named(...OF_CHANGE, 'seniority'),
};

const IS_COMMENTED = 'u.is_reviewed and u.line_count > 0';

export const UNITS: Readonly<Record<JudgedUnit, UnitSql>> = {
  merged: changes('merged_unit', 'u.merged_at'),
  // Of which something better than marks tells who wrote them: AI, or people alone.
  proven: { ...changes('merged_unit', 'u.merged_at'), from: 'merged_unit u where u.proven_ai' },
  proven_human: { ...changes('merged_unit', 'u.merged_at'), from: 'merged_unit u where not u.proven_ai' },
  corrected: changes('merged_unit', 'u.merged_at'),
  reviewed: { ...changes('merged_unit', 'u.merged_at'), from: `merged_unit u where ${IS_REVIEWED}` },
  reviewed_delivered: delivered(`${IS_REVIEWED} and ${IS_DELIVERED} and u.merged_at <= u.deployed_at`),
  // Of which metric review-burden measures something.
  opened: opened('true'),
  looked: opened('u.is_reviewed'),
  approved: opened('u.elapsed_minutes is not null'),
  commented: opened(IS_COMMENTED),
  large_approved: opened('u.is_stamp is not null'),
  teamed: opened('u.is_cross_team is not null'),
  merged_by: opened('u.is_self_merged is not null'),
  explained: opened('u.explanation is not null'),
  prescreened: opened('u.ai_comment_count > 0'),
  looks,
  looked_by: openedBy('u.is_reviewed'),
  approved_by: openedBy('u.elapsed_minutes is not null'),
  commented_by: openedBy(IS_COMMENTED),
  large_approved_by: openedBy('u.is_stamp is not null'),
  teamed_by: openedBy('u.is_cross_team is not null'),
  looks_of: { ...looks, person: 'u.author_id' },
  survived: changes('survived_unit', 'u.merged_at'),
  shipped: shipped('true'),
  failed: shipped('u.is_failed'),
  reworked: shipped('u.is_rework'),
  delivered: delivered(IS_DELIVERED),
  finished: delivered(IS_FINISHED),
  // Finished changes of which something tells how long a stage was worked on.
  worked: {
    from: `(select f.*, s.stage from flow_unit f cross join lateral (values ('review', f.approved_at is not null), ('tests', f.tested_at is not null),
        ('production', date_trunc('second', f.deploy_started_at) <= f.deployed_at)) as s(stage, is_known) where s.is_known) u where ${IS_FINISHED}`,
    at: 'coalesce(u.deployed_at, u.merged_at)',
    person: 'u.person_id',
    dimensions: { ...named(...OF_CHANGE), stage: 'u.stage' },
    always: ['stage'],
  },
  // The largest change of an issue stands for it.
  finished_issue: {
    from: 'delivered_issue u where u.is_whole',
    at: 'u.deployed_at',
    person: 'u.person_id',
    dimensions: named(...OF_CHANGE, 'seniority'),
  },
  // As metric delivery-health counts them: with a size, with checks, and merged long enough ago.
  sized: { ...changes('merged_unit', 'u.merged_at'), from: `merged_unit u where u.size <> 'unknown'` },
  gated: { ...changes('change_outcome', 'u.merged_at'), from: 'change_outcome u where u.gate_n > 0' },
  landed: {
    ...changes('merged_unit', 'u.merged_at'),
    from: `merged_unit u where u.merged_at <= (select complete_until from data_clock) - interval '30 days'`,
  },
  // As metric coordination-tax counts them: looked at while open, with pipelines of own commits, and in a merge queue.
  watched: ofForge('coordination_unit u where u.is_watched'),
  rebased: ofForge('rebase_unit u where u.base_seconds is not null'),
  queued: ofForge('coordination_unit u where u.queue_count > 0'),
  completed: {
    from: `completed_unit u where u.status = 'ok'`,
    at: 'u.ended_at',
    person: `nullif(u.person_id, '')`,
    dimensions: named(...OF_CHANGE, 'seniority', 'workflow'),
  },
  responded: {
    from: 'responder_unit u where true',
    at: 'u.started_at',
    person: 'u.person_id',
    dimensions: named('service', 'code_source', 'seniority'),
  },
  closed: {
    from: 'closed_unit u where true',
    at: 'u.closed_at',
    person: 'u.person_id',
    dimensions: { ...named(...PLACE), opened_by: 'u.opened_by' },
  },
  // Lines that are alive.
  known: {
    from: 'known_line u where u.born_at < {end} and (u.died_at is null or u.died_at >= {end})',
    at: 'u.born_at',
    isStock: true,
    person: 'u.person_id',
    dimensions: named('repo', 'service'),
  },
  // The state of a human in a tool as of the end of a week.
  used: {
    from: 'adoption_week u where true',
    at: 'u.at',
    near: 'u.week_start >= {start}::date - 8 and u.week_start <= {end}::date',
    person: 'u.person_id',
    dimensions: named('team', 'seniority', 'tool'),
    lists: {
      workflow: `coalesce((select array_agg(distinct c.workflow_id) from workflow_completion c where c.person_id = u.person_id
        and c.status = 'ok' and c.week_start > u.week_start - 28 and c.week_start <= u.week_start), '{}')`,
    },
  },
  // Of weeks that begin in a range; at noon they have begun in every zone.
  graded: {
    from: `usage_week u where u.workflow_id = ''`,
    at: `((u.week_start + interval '12 hours') at time zone 'UTC')`,
    person: 'u.person_id',
    dimensions: { tool: 'u.tool_id', basis: 'u.basis' },
    always: ['tool', 'basis'],
  },
  named_use: {
    from: 'named_use u where true',
    at: 'u.at',
    person: `nullif(u.person_id, '')`,
    dimensions: { tool: 'u.tool', named_by: 'u.named_by' },
    always: ['tool', 'named_by'],
  },
  planned: ofSprints('not u.is_disordered'),
  committed: ofSprints('u.is_committed and not u.is_disordered'),
  done: ofDone('true'),
  done_feature: ofDone(`u.type = 'feature'`),
  in_review: stays('review', STAYED),
  came_to_review: stays('review', CAME),
  left_review: stays('review', LEFT),
  in_delivery: stays('production', STAYED),
  came_to_delivery: stays('production', CAME),
  left_delivery: stays('production', LEFT),
  waiting: {
    from: `(select c.first_ready_at, case when p.kind = 'human' then p.person_id end as person_id, r.slug as repo,
        coalesce(r.service_id, r.slug) as service, coalesce(m.team_id, r.owner_team_id, 'unknown') as team
      from change c
      join repo r using (repo_id)
      left join account a on a.account_id = coalesce(c.requester_account_id, c.author_account_id)
      left join person p using (person_id)
      left join lateral (
        select team_id from membership m
        where m.person_id = a.person_id and m.is_primary and m.valid_from <= {end} and (m.valid_to is null or m.valid_to > {end})
        order by m.valid_from desc limit 1
      ) m on true
      where c.first_ready_at < {end} and c.first_ready_at >= {end} - interval '1 year' and (c.merged_at is null or c.merged_at >= {end})
        and (c.closed_at is null or c.closed_at >= {end}) and coalesce(a.kind, 'human') <> 'automation') u where true`,
    at: 'u.first_ready_at',
    isStock: true,
    person: 'u.person_id',
    dimensions: named(...PLACE),
  },
};
