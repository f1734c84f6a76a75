// Alert rules that ship: read as Grafana reads them, and each run through the engine against a store that breaches it and one that does not.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readMigrations } from '../../../collector/src/store/migrate.ts';
import { testDatabase, type TestDatabase } from '../../../collector/testing/database.ts';
import { allPanels } from '../../../dashboards/src/all-panels.ts';
import { runbooksOf } from '../../scripts/runbooks.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { fillTemplate, type Instance } from '../backend/fixtures/alert-template.ts';
import { instanceSettings } from '../backend/fixtures/reader.ts';
import { readFrame } from '../backend/fixtures/read-frame.ts';
import { Instances } from '../backend/store/instances.ts';
import { KeptAnswers } from '../backend/query/kept-answers.ts';
import { answerQuery, type Engine } from '../backend/query/query-data.ts';
import { render } from '../backend/query/render.ts';
import { computes } from './compute.generated.ts';
import { unitsOf } from './parts/columns.ts';
import { columnsOf, parseQuery } from './query.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

interface Step {
  readonly refId: string;
  readonly datasourceUid: string;
  readonly relativeTimeRange?: { readonly from: number; readonly to: number };
  readonly model: {
    readonly type?: 'math' | 'threshold';
    readonly expression?: string;
    readonly conditions?: ReadonlyArray<{ evaluator: { type: string; params: number[] } }>;
  };
}
/** What a query asks. */
interface Panel {
  readonly queryType: string;
  readonly params: Readonly<Record<string, unknown>>;
}
interface Rule {
  readonly uid: string;
  readonly condition: string;
  readonly dashboardUid: string;
  readonly panelId: number;
  readonly noDataState: string;
  readonly execErrState: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: readonly Step[];
}

const root = path.join(import.meta.dirname, '..', '..', '..');
const file = readFileSync(path.join(root, 'provisioning/alerting/throughline.yaml'), 'utf8');
const rules = (parse(file) as { groups: Array<{ rules: Rule[] }> }).groups.flatMap((group) => group.rules);
const runbooks = runbooksOf(readFileSync(path.join(root, 'docs/alerting.md'), 'utf8'));
const PLUGIN = 'throughline-delivery-datasource';
const RUNBOOK = /^\{\{ externalURL \}\}(public\S+)$/;
const catalog = makeCatalog(metrics, sql, computes);
const registry = catalog.metrics;
// Rows are written here without a stream that would tell of them: nothing is kept.
const engine: Engine = { catalog, render: (input) => render(catalog, input), answers: new KeptAnswers(0) };
const queries = (rule: Rule) => rule.data.filter(({ datasourceUid }) => datasourceUid === 'throughline');
const example = (metric: string) => readFileSync(path.join(import.meta.dirname, metric, 'example.sql'), 'utf8');

/** Twenty more changes that are ready since this day, and one team only: beside a hidden team of one person the other would be hidden too. */
const waiting = (since: string) => `${example('review-queue')};
  update membership set team_id = 'web';
  insert into change (repo_id, change_key, kind, title, author_account_id, first_ready_at, source)
  select 1, (100 + i)::text, 'pull_request', 'waits', 'git:' || (1 + i % 5), '${since}', 'example' from generate_series(1, 20) i;`;

const PEOPLE = `insert into repo (repo_id, slug, observed_until) overriding system value values (1, 'acme/shop', '2026-06-01');
  insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(1, 10) i;`;

/** 60 changes of 20 lines by AI and 60 by hand: lines that each loses after 40 days, and how many were reverted after 5. */
const durability = (ai: { lost: number; reverted: number }, human: { lost: number; reverted: number }) => `${PEOPLE}
  insert into change_survival (repo_id, change_id, merged_at, born_at, service_id, team_id, author_kind, responsible_id, pr_class, code_source,
    seniority, size, zone, is_assumed, confidence, effective_lines, lost_14, lost_30, lost_60, lost_90, lost, censored, pending, is_reapplied, reverted_at)
  select 1, i + s.base, '2026-01-10', '2026-01-10', 'shop', 'web', 'human', 'p' || (1 + i % 10), 'feature', s.source,
    'unknown', 'S', 'unknown', false, 0.8, 20, 0, 0, s.lost, s.lost, s.lost, 0, 0, false, case when i <= s.reverted then timestamptz '2026-01-15' end
  from generate_series(1, 60) i,
    (values ('ai_heavy', 0, ${ai.lost}, ${ai.reverted}), ('human', 100, ${human.lost}, ${human.reverted})) s (source, base, lost, reverted);
  insert into change_line (repo_id, change_id, line_source, effective_lines) select repo_id, change_id, '', 20 from change_survival;
  insert into change_death (repo_id, change_id, line_source, age_days, death_kind, effective_lines)
  select repo_id, change_id, '', 40, 'modified', lost from change_survival where lost > 0;
  insert into pack.survival_day (merged_on, code_source, age_days, lost, file_deleted, censored)
  select '2026-01-10', s.code_source, 40, sum(d.effective_lines), 0, 0
  from change_death d join change_survival s using (repo_id, change_id) group by 2;
  insert into pack.survival_pack select * from pack.survival_packing;`;

/** 100 deployments of AI changes in the 90 days before, of which 5 failed; 40 in the 28 days, of which this many failed. */
const deployments = (failed: number) => `${PEOPLE}
  insert into deployment_fact (deployment_id, service_id, environment, repo_id, team_id, finished_at, kind, is_first_of_service, is_failed, is_rework, change_count)
  select i, 'shop', 'production', 1, 'web', case when i <= 100 then timestamptz '2026-03-01' else timestamptz '2026-05-15' end + i * interval '1 hour',
    'planned', false, case when i <= 100 then i <= 5 else i - 100 <= ${failed} end, false, 1
  from generate_series(1, 140) i;
  insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, title, service_id, team_id, author_kind, responsible_id,
    seniority, pr_class, class_method, code_source, confidence, method, commit_count, effective_added, size, deployment_id, deployed_at)
  select 1, d.deployment_id, d.deployment_id::text, d.finished_at - interval '1 hour', d.finished_at - interval '1 day', 'change', 'shop', 'web', 'human',
    'p' || (1 + d.deployment_id % 10), 'unknown', 'feature', 'none', 'ai_heavy', 0.8, 'trailer', 1, 10, 'S', d.deployment_id, d.finished_at
  from deployment_fact d;
  insert into deployment_change (deployment_id, repo_id, change_id) select deployment_id, repo_id, change_id from change_fact;
  insert into pack.deployment_pack select * from pack.deployment_packing;`;

/** 40 changes in April and 40 in May, of which these many are very large; two of those in April are. */
const merged = (large: number) => `${PEOPLE}
  insert into change_fact (repo_id, change_id, change_key, merged_at, first_commit_at, title, service_id, team_id, author_kind, responsible_id,
    seniority, pr_class, class_method, code_source, confidence, method, commit_count, effective_added, size)
  select 1, i, i::text, at, at - interval '1 day', 'change', 'shop', 'web', 'human', 'p' || (1 + i % 10), 'unknown', 'feature', 'none', 'human', 0.8,
    'trailer', 1, 10, case when i <= 2 or i between 41 and 40 + ${large} then 'XL' else 'S' end
  from generate_series(1, 80) i, lateral (select case when i <= 40 then timestamptz '2026-04-01' else '2026-05-15' end + i * interval '3 hours' as at) t;`;

/** So many changes in conflict of the 60 that were merged until 2026-03-14. */
const conflicts = (count: number) => `${example('coordination-tax')}; delete from change_fact where change_id > 60;
  truncate change_coordination; insert into change_coordination select 1, i, i::text, 1, 60, 0, 0 from generate_series(1, ${count}) i;`;

/** 20 pipelines of ten minutes in April, 20 in May. */
const pipelines = (minutes: number) => `${PEOPLE}
  insert into build (repo_id, source, external_id, kind, name, started_at, finished_at, result)
  select 1, 'github', i::text, 'run', 'ci', at, at + case when i <= 20 then 10 else ${minutes} end * interval '1 minute', 'success'
  from generate_series(1, 40) i, lateral (select case when i <= 20 then timestamptz '2026-04-01' else '2026-05-15' end + i * interval '3 hours' as at) t;`;

/** Two incidents in April, some in May. */
const incidents = (count: number) => `${merged(2)}
  insert into incident (source, external_id, service_id, title, started_at)
  select 'test', i::text, 'shop', 'Outage', case when i <= 2 then timestamptz '2026-04-02' else '2026-05-16' end from generate_series(1, 2 + ${count}) i;`;

/** 80 changes, each reviewed by one of 24. */
const reviewers = (who: string) => `${merged(2)}
  insert into person (person_id, kind) select 'p' || i, 'human' from generate_series(11, 24) i;
  insert into change_review select 1, change_id, change_key, true, false, 60, 120, 30, 2, false, false, false, 2, false, 0, 0, 0, 0 from change_fact;
  insert into reviewer_part select 1, change_id, change_key, 'p' || ${who}, merged_at, 30, 2, 'web', 'unknown' from change_fact;`;

interface Case {
  readonly breach: string;
  readonly calm: string;
  readonly now: string;
  /** Groups that fire in the breach. */
  readonly firing: readonly string[];
}
const cases: Readonly<Record<string, Case>> = {
  'throughline-change-failure-rate': { breach: deployments(20), calm: deployments(2), now: '2026-06-01T00:00:00Z', firing: ['ai_heavy'] },
  'throughline-durability-gap': {
    breach: durability({ lost: 12, reverted: 0 }, { lost: 2, reverted: 0 }),
    calm: durability({ lost: 3, reverted: 0 }, { lost: 2, reverted: 0 }),
    now: '2026-06-01T00:00:00Z',
    firing: ['ai_heavy'],
  },
  'throughline-revert-ratio': {
    breach: durability({ lost: 0, reverted: 30 }, { lost: 0, reverted: 6 }),
    calm: durability({ lost: 0, reverted: 7 }, { lost: 0, reverted: 6 }),
    now: '2026-06-01T00:00:00Z',
    firing: ['ai_heavy'],
  },
  'throughline-review-queue': {
    get breach() {
      return waiting('2026-03-02 00:00Z');
    },
    get calm() {
      return `${waiting('2026-03-10 00:00Z')} update change set first_ready_at = '2026-03-10 00:00Z'`;
    },
    now: '2026-03-10T12:00:00Z',
    firing: ['web'],
  },
  'throughline-review-absorbs': {
    breach: example('flow-shift'),
    // Approved a day and a half earlier than in the breach: what review gave back waits for tests.
    calm: `${example('flow-shift')}; update change_event set at = at - interval '36 hours' where change_key::integer between 11 and 20`,
    now: '2026-03-30T00:00:00Z',
    firing: ['review'],
  },
  'throughline-queue-grows': {
    // Of one team, whose changes of the last 28 days stay for twenty days.
    get breach() {
      return `${this.calm}; update change set merged_at = first_ready_at + interval '20 days' where first_ready_at > '2026-03-05'`;
    },
    calm: `${example('work-in-progress')}; delete from change where repo_id = 2; insert into team (team_id, title) values ('web', 'Web'); update repo set owner_team_id = 'web'`,
    now: '2026-03-30T00:00:00Z',
    firing: ['web'],
  },
  'throughline-conflicts': {
    // 15 of 60 changes of the last 28 days are in conflict, then 16.
    breach: conflicts(16),
    calm: conflicts(15),
    now: '2026-03-16T00:00:00Z',
    firing: ['web'],
  },
  'throughline-flake-rate': {
    breach: example('build-health'),
    calm: `${example('build-health')}; update build set result = 'success' where name in ('A', 'E')`,
    now: '2026-03-31T00:00:00Z',
    firing: ['acme/shop'],
  },
  'throughline-review-wait': {
    breach: example('review-burden'),
    calm: `${example('review-burden')}; update change_review set wait_minutes = 60`,
    now: '2026-03-16T00:00:00Z',
    firing: ['web'],
  },
  'throughline-review-burden': {
    breach: `${example('review-burden')}; update change_review set review_minutes = 400 + change_id where change_id <= 10`,
    calm: `${example('review-burden')}; update change_review set review_minutes = 300 where change_id <= 10`,
    now: '2026-03-16T00:00:00Z',
    firing: ['ai_heavy'],
  },
  'throughline-unreviewed': {
    get breach() {
      return `${this.calm}; update change_review set is_reviewed = false where change_id between 2 and 6`;
    },
    // The same changes 40 days before.
    calm: `${example('review-burden')};
      create temporary table before as select * from change_fact; update before set change_id = change_id + 100, merged_at = merged_at - interval '40 days';
      insert into change_fact select * from before; drop table before;
      create temporary table before as select * from change_review; update before set change_id = change_id + 100; insert into change_review select * from before; drop table before`,
    now: '2026-03-16T00:00:00Z',
    firing: ['web'],
  },
  'throughline-very-large-changes': { breach: merged(8), calm: merged(5), now: '2026-06-01T00:00:00Z', firing: ['web'] },
  'throughline-slow-pipelines': { breach: pipelines(21), calm: pipelines(19), now: '2026-06-01T00:00:00Z', firing: ['acme/shop'] },
  'throughline-incidents-per-change': { breach: incidents(10), calm: incidents(6), now: '2026-06-01T00:00:00Z', firing: ['shop'] },
  'throughline-two-carry-reviews': {
    breach: reviewers('case when change_id <= 50 then 1 + change_id % 2 else 3 + change_id % 22 end'),
    calm: reviewers('1 + change_id % 24'),
    now: '2026-06-01T00:00:00Z',
    firing: ['acme/shop'],
  },
  'throughline-telemetry-gap': {
    breach: example('signal-quality'),
    calm: `${example('signal-quality')}; update heartbeat set last_at = '2026-03-13', day = '2026-03-13'`,
    now: '2026-03-14T00:00:00Z',
    firing: ['copilot'],
  },
  'throughline-idle-seats': {
    // 26 of 40 seats without a use; of a tool that reports nothing none is idle.
    breach: `${example('adoption')}; update usage_week set uses = 0, active_days = 0, uses_30d = 0, active_days_30d = 0
      where tool_id = 'copilot' and substr(person_id, 2)::integer between 15 and 34`,
    calm: example('adoption'),
    now: '2026-03-16T00:00:00Z',
    firing: ['copilot'],
  },
  'throughline-unknown-share': {
    breach: example('signal-quality'),
    calm: `${example('signal-quality')}; update change_fact set code_source = 'human' where change_id = 1`,
    now: '2026-03-14T00:00:00Z',
    firing: ['web'],
  },
  'throughline-collector-stale': {
    breach: example('collector-health'),
    calm: `${example('collector-health')}; update stream_state set last_ok_at = '2026-03-10 09:00Z'`,
    now: '2026-03-10T10:00:00Z',
    firing: ['git/tags/acme/shop'],
  },
}; // prettier-ignore

let db: TestDatabase;
let instances: Instances;
let ownTables: string;

beforeAll(async () => {
  db = await testDatabase();
  instances = new Instances({ migrations: readMigrations().map(({ name }) => name), onError: () => undefined });
  ownTables = [...new Set([...Object.values(cases)].flatMap(({ breach }) => [...breach.matchAll(/insert into ([\w.]+)/g)].map(([, table]) => table)))].join(', '); // prettier-ignore
});
afterAll(async () => {
  await instances.closeAll();
  await db.close();
});

describe.each(rules)('$uid', (rule) => {
  it('points to a panel of a board and to its runbook, with labels and both states chosen', () => {
    const board = JSON.parse(
      readFileSync(path.join(root, 'dashboards', `${rule.dashboardUid.replace(/^throughline-/, '')}.json`), 'utf8')
    ) as { uid: string; panels: Array<{ id: number; type: string; targets: Panel[] }> };
    expect(board.uid).toBe(rule.dashboardUid);
    const panel = allPanels(board.panels).find(({ id }) => id === rule.panelId);
    const [query] = queries(rule);
    const asked = query?.model as unknown as Panel;
    // Survival has the verdict of the gap. Ages are judged together, so the panel is of those of the rule: else the two may say different things.
    const modeOf = ({ mode }: Panel['params']) => (mode === 'gap' ? 'survival' : mode);
    const kind = ({ queryType, params }: Panel) => [queryType, modeOf(params), params['metric'], params['horizon']];
    expect(kind(panel?.targets[0] as Panel)).toEqual(kind(asked));
    expect(rule.labels['severity']).toMatch(/^(info|warning|critical)$/);
    expect(['OK', 'NoData', 'Alerting']).toContain(rule.noDataState);
    expect(['OK', 'Error', 'Alerting']).toContain(rule.execErrState);
    // Grafana's pages read these; it fills them in for no rule from a file.
    expect(rule.annotations).toMatchObject({ __dashboardUid__: rule.dashboardUid, __panelId__: String(rule.panelId) });
    const [, runbook] = RUNBOOK.exec(rule.annotations['runbook_url'] ?? '') ?? [];
    expect([...runbooks.keys()].map((name) => `public/plugins/${PLUGIN}/${name}`)).toContain(runbook);
    expect(Object.keys(rule.annotations)).not.toContain('runbook');
    const days = (query?.relativeTimeRange?.from ?? 0) / 86_400;
    const section = runbooks.get((runbook ?? '').replace(/^.*(?=runbooks\/)/, '')) ?? '';
    expect(section).toMatch(/\n\nFires when: .*\d/);
    expect(section).toContain((rule.annotations['panel_url'] ?? '').replace('{{ externalURL }}', '`/'));
    expect(rule.annotations['panel_url']).toBe(`{{ externalURL }}d/${rule.dashboardUid}?viewPanel=panel-${String(rule.panelId)}&from=now-${String(days)}d&to=now`); // prettier-ignore
  });

  it('names its range in the summary, where it is of one: a board opens on another', () => {
    const [query] = queries(rule);
    const { queryType } = query?.model as unknown as Panel;
    const days = (query?.relativeTimeRange?.from ?? 0) / 86_400;
    const isOfMoment = ['review-queue', 'collector-health'].includes(queryType) || /sign of life|Seats/.test(rule.annotations['summary'] ?? ''); // prettier-ignore
    const named = /last (\d+) days/.exec(rule.annotations['summary'] ?? '')?.[1];
    expect(named).toBe(isOfMoment ? undefined : String(days));
  });

  it('says the number and its group in the words of boards, and without a number that there is none', () => {
    const summary = rule.annotations['summary'] ?? '';
    const [told, none, ...more] = summary.split(/ ?\{\{-? else \}\}/);
    expect(more).toEqual([]);
    expect(told).toMatch(/^\{\{ if \$values\.([AP]) \}\}.*\$values\.\1\.Value/);
    expect(none).toBe('No number: no group has one, or the query failed.{{ end }}');
    // Ids of code sources are words of ours, everything else is a name that somebody gave.
    expect(
      summary.replaceAll('reReplaceAll "^ai" "AI" (reReplaceAll "^ai_" "AI-" $labels.code_source)', '')
    ).not.toContain('code_source');
    const groups = queries(rule).flatMap(({ model }) => (model as unknown as Panel).params['groupBy'] ?? []);
    for (const group of groups as string[]) expect(told).toContain(`$labels.${group}`);
    // How many units it is of; of a tool or a stream there is one.
    const isOfOne = /\}\}Last (success|sign of life) of /.test(summary);
    const [, unit] = /; n = \{\{ printf "%\.0f" \$values\.N\.Value \}\} (\w+)/.exec(summary) ?? [];
    expect(unit === undefined).toBe(isOfOne);
    for (const { model } of queries(rule).filter(({ refId }) => refId === 'N')) {
      const counted = parseQuery(model, registry);
      const units = unitsOf(columnsOf(counted.metric, counted.params));
      expect(`${units?.label ?? ''} ${units?.help ?? ''}`.toLowerCase()).toContain(unit);
    }
    // One that another query gives may be missing.
    for (const [, refId = ''] of summary.matchAll(/\$values\.(\w+)\.Value/g)) {
      expect(rule.data.map((step) => step.refId)).toContain(refId);
      expect(summary).toContain(`{{ if $values.${refId} }}`);
    }
  });

  it('states its number and its limit, and claims nothing that a number on the good side would make false', async () => {
    // Grafana shows both annotations of groups that do not fire too.
    expect(rule.annotations['description']).toMatch(/^Fires when\b/);
    const { breach, calm, now } = cases[rule.uid] as Case;
    for (const rows of [breach, calm]) {
      await fill(rows);
      for (const instance of await instancesOf(rule, now)) {
        const summary = fillTemplate(rule.annotations['summary'] ?? '', instance);
        const limit = /\(limits?[^()]*: [^()]*\d[^()]*\)/.exec(summary)?.[0] ?? `no limit in: ${summary}`;
        expect(summary).toContain(limit);
        const statement = summary.replace(limit, '');
        expect(statement).toMatch(/: (lower end of the 95 % interval )?[+-]?\d/);
        expect(statement).not.toMatch(/\b(more|less|fewer|longer|slower|often|least|too|not|above|below|only)\b/);
        // Shares, points and percent have a decimal at most, times and ratios two.
        expect(statement).not.toMatch(/\d\.\d{2,} (%|points)|\d\.\d{3,}|NaN|Infinity/);
      }
    }
  });

  it('asks numbers of known metrics, without variables', () => {
    for (const { model } of queries(rule)) {
      expect(parseQuery(model, registry).format).toBe('numeric');
    }
  });

  it('fires for the groups that breach it, and for none where all is well', async () => {
    const found = cases[rule.uid];
    expect(found).toBeDefined();
    const { breach, calm, now, firing } = found as Case;
    expect(await firingGroups(rule, breach, now)).toEqual(firing);
    const counts = queries(rule).filter(({ refId }) => refId === 'N');
    for (const count of counts) {
      const numbers = await numbersOf(count, new Date(now));
      for (const group of firing) expect(numbers.get(group)).toBeGreaterThanOrEqual(1);
    }
    expect(await firingGroups(rule, calm, now)).toEqual([]);
  });
});

it('a number on the good side of its limit reads as what it is', () => {
  const summary = rules[0]?.annotations['summary'] ?? '';
  const values = new Map([['A', -0.025], ['P', -2.5], ['Q', -5.94], ['N', 456]]); // prettier-ignore
  expect(fillTemplate(summary, { labels: { code_source: 'human' }, values })).toBe(
    'Change failure rate of human code: -2.5 points against the 90 days before, lower end of its 95 % interval -5.9 (limit: +5 points, lower end above 0), last 28 days; n = 456 deployments'
  );
  expect(fillTemplate(summary, { labels: {}, values: new Map() })).toBe(
    'No number: no group has one, or the query failed.'
  );
});

async function fill(rows: string): Promise<void> {
  await db.pool.query(`truncate ${ownTables} cascade`);
  await db.pool.query(rows);
}

/** Groups that fire over a store with these rows. */
async function firingGroups(rule: Rule, rows: string, now: string): Promise<string[]> {
  await fill(rows);
  const condition = rule.data.find(({ refId }) => refId === rule.condition) as Step;
  const found = await instancesOf(rule, now);
  return found.filter(({ values }) => isFiring(condition, (refId) => values.get(refId))).map(({ group }) => group);
}

/** What the rule gives of each of its groups, fire or not. */
async function instancesOf(rule: Rule, now: string): Promise<Array<Instance & { readonly group: string }>> {
  const found = new Map<string, Instance & { group: string; values: Map<string, number> }>();
  for (const { refId, model, ...query } of rule.data) {
    if (query.datasourceUid === 'throughline') {
      for (const { labels, value } of await answersOf({ refId, model, ...query }, new Date(now))) {
        const group = groupOf(labels);
        const one = found.get(group) ?? { group, labels, values: new Map<string, number>() };
        one.values.set(refId, value);
        found.set(group, one);
      }
    }
    // Numbers for reading.
    const [, of = '', operator, by] = /^\$(\w) ([*/]) (\d+)$/.exec(model.expression ?? '') ?? [];
    for (const { values } of found.values()) {
      const value = values.get(of);
      if (value !== undefined) values.set(refId, operator === '*' ? value * Number(by) : value / Number(by));
    }
  }
  return [...found.values()].filter(({ values }) => values.has('A'));
}

const groupOf = (labels: Instance['labels']): string => Object.values(labels)[0] ?? '';

async function numbersOf(query: Step, now: Date): Promise<Map<string, number>> {
  return new Map((await answersOf(query, now)).map(({ labels, value }) => [groupOf(labels), value]));
}

async function answersOf(query: Step, now: Date): Promise<Array<{ labels: Instance['labels']; value: number }>> {
  const instance = () => instances.get(instanceSettings(db));
  const ago = (seconds = 0): Date => new Date(now.getTime() - seconds * 1000);
  const { from, to } = query.relativeTimeRange ?? {};
  const request = { refId: query.refId, stored: query.model, from: ago(from), to: ago(to), isAlert: true };
  const answer = await answerQuery(engine, request, { instance, signal: new AbortController().signal });
  expect(answer.error).toBeNull();
  return answer.frames.map(readFrame).flatMap(({ fields }) =>
    fields.flatMap(({ labels, values }) => {
      const value: unknown = values[0];
      if (typeof value !== 'number') return [];
      expect(labels).toBeDefined();
      return [{ labels: labels ?? {}, value }];
    })
  );
}

/** As much of Grafana's expressions as the rules use: a threshold, and comparisons joined by &&. No value = no instance. */
function isFiring({ model }: Step, valueOf: (refId: string) => number | undefined): boolean {
  const compare = (value: number | undefined, operator: string, limit: number) =>
    value !== undefined && (operator === '>' ? value > limit : value < limit);
  if (model.type === 'threshold') {
    const [condition] = model.conditions ?? [];
    expect(condition?.evaluator.type).toBe('gt');
    return compare(valueOf(model.expression ?? ''), '>', condition?.evaluator.params[0] ?? Number.NaN);
  }
  return (model.expression ?? '').split('&&').every((part) => {
    const found = /^\s*\$(\w+) ([<>]) (?:(?:([\d.]+) \* )?\$(\w+)(?: \+ ([\d.]+))?|(-?[\d.]+))\s*$/.exec(part);
    expect(found).not.toBeNull();
    const [, refId = '', operator = '', times = '1', beside, more = '0', limit = '0'] = found ?? [];
    const other = beside === undefined ? 0 : Number(times) * (valueOf(beside) ?? Number.NaN) + Number(more);
    return compare(valueOf(refId), operator, other + Number(limit));
  });
}
