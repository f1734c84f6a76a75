// What only a forge and incident tools know is planted in the demo too: the metrics find it, through the same derivation as real data.
import { DEMO_NOW as now, timeline, TRUTHS } from '../../../collector/testing/demo.ts';
import { askMetric } from '../backend/fixtures/ask-metric.ts';
import { demoStore } from '../backend/fixtures/demo-store.ts';
import { makeCatalog } from '../backend/query/catalog.ts';
import { computes } from './compute.generated.ts';
import type { Row } from './define.ts';
import { metrics } from './registry.generated.ts';
import { sql } from './sql.generated.ts';

const time = timeline(now);
const catalog = makeCatalog(metrics, sql, computes);
const sources = Object.keys(TRUTHS.pickupShare) as Array<keyof typeof TRUTHS.pickupShare>;

const demo = demoStore();

const ask = async (metric: string, params: Record<string, unknown>, from = time.start): Promise<Row[]> => [
  ...(await askMetric({ catalog, store: demo.store }, { metric, params, from, to: now })).rows,
];

/** Stages of the changes of one source. */
async function stagesOf(source: string, from?: Date): Promise<(stage: string) => Row> {
  const rows = await ask('flow', { groupBy: ['code_source'], code_source: [source] }, from);
  return (stage) => {
    const found = rows.filter((row) => row['stage'] === stage);
    expect(found).toHaveLength(1);
    return found[0] as Row;
  };
}

function expectInside(row: Row, planted: number): void {
  const { lo, hi, status } = row;
  expect({ planted, lo, hi, status, isInside: Number(lo) <= planted && planted <= Number(hi) }).toMatchObject({ status: 'ok', isInside: true }); // prettier-ignore
}

const sum = (...rows: Row[]): number => rows.reduce((all, { value }) => all + Number(value), 0);

test.each(sources)('changes of %s wait, are drafts and are sent back as planted', async (source) => {
  const at = await stagesOf(source);
  expectInside(at('pickup'), TRUTHS.pickupShare[source] * sum(at('pickup'), at('review')));
  expectInside(at('draft'), TRUTHS.draft.share[source] * TRUTHS.draft.ofTime * sum(at('coding'), at('draft')));
  expect(Math.abs(Number(at('review')['rounds']) - 1 - TRUTHS.sentBack[source])).toBeLessThan(0.04);
  expect(Math.abs(Number(at('review')['unreviewed_share']) - TRUTHS.unreviewed)).toBeLessThan(0.02);
});

test('reviews of AI code hold as many more comments as planted, and other truths of review are found', async () => {
  const measured = async (measure: string, groupBy: string[] = []): Promise<(source?: string) => Row> => {
    const rows = await ask('review-burden', { measure, groupBy });
    return (source) => rows.find((row) => source === undefined || row['code_source'] === source) as Row;
  };
  const comments = await measured('comments', ['code_source']);
  for (const source of sources) expectInside(comments(source), TRUTHS.commentsPer100[source]);
  const planted = TRUTHS.commentsPer100.ai_heavy / TRUTHS.commentsPer100.human - 1;
  expect(comments('ai_heavy')).toMatchObject({ reference: 'human', verdict: 'more', same_size_verdict: 'more' });
  expect(Math.abs(Number(comments('ai_heavy')['gap']) - planted)).toBeLessThan(0.15);
  const waits = (await measured('wait', ['code_source']))('ai_heavy');
  expect(waits).toMatchObject({ verdict: 'worse', same_size_verdict: 'worse' });
  expectInside((await measured('ai_accepted'))(), TRUTHS.aiComments.changed);
  expectInside((await measured('unreviewed'))(), TRUTHS.unreviewed);
  expectInside((await measured('self_merged'))(), TRUTHS.unreviewed * TRUTHS.selfMerged);
  const { points, well } = TRUTHS.explained;
  expectInside((await measured('explained', ['code_source']))('human'), well.human * points.well + (1 - well.human) * points.else);
}); // prettier-ignore

test('conflicts are as frequent as planted by code source, and the queue puts out as many', async () => {
  const rows = await ask('coordination-tax', { groupBy: ['code_source'] });
  for (const source of sources) {
    const row = rows.find(({ code_source }) => code_source === source) as Row;
    expectInside(row, TRUTHS.conflict.share[source]);
    expect(row).toMatchObject({ basis: 'hourly', look_hours: 1 });
  }
  const [queue, ...others] = await ask('coordination-tax', { metric: 'ejections', groupBy: ['team'] });
  expect([queue?.['team'], others]).toEqual([TRUTHS.queue.team, []]);
  expectInside(queue as Row, 100 * TRUTHS.queue.putOut);
});

test('an AI reviewer that looks after minutes ends no wait', async () => {
  const { rows } = await demo.database.pool.query<{ share: number }>(
    `select avg((exists (select from change_event e join account a using (account_id) where e.repo_id = f.repo_id and e.change_key = f.change_key
       and e.kind = 'review' and a.kind = 'ai_agent' and e.at < f.first_review_at))::integer)::float8 as share
     from change_fact f where f.merged_at >= $1 and f.first_review_at is not null`,
    [new Date(now.getTime() - 90 * 86_400_000)]
  );
  expect(rows[0]?.share).toBeGreaterThan(0.4);
  const at = await stagesOf('ai_heavy', new Date(now.getTime() - 90 * 86_400_000));
  expectInside(at('pickup'), TRUTHS.pickupShare.ai_heavy * sum(at('pickup'), at('review')));
});

test('incidents are linked as planted: named, mentioned, by time, or not at all', async () => {
  const rows = await ask('signal-quality', { mode: 'incident_links' });
  const shareOf = (method: string): number =>
    rows.filter((row) => row['method'] === method).reduce((all, { value }) => all + Number(value), 0);
  const { unlinked, explicit, mention } = TRUTHS.incidents;
  expect(shareOf('unlinked')).toBeCloseTo(unlinked, 2);
  // Some 150 incidents are drawn.
  expect(Math.abs(shareOf('explicit') / (1 - unlinked) - explicit)).toBeLessThan(0.1);
  expect(Math.abs(shareOf('mention') / (1 - unlinked) - mention)).toBeLessThan(0.1);
  expect(shareOf('time_window')).toBeGreaterThan(0);
  expect(new Set(rows.map(({ connector }) => connector))).toEqual(new Set(['github', 'pagerduty', 'alertmanager']));
  const mentioned = rows.find(({ method }) => method === 'mention');
  expect(mentioned?.['connector']).toBe('pagerduty');
  expect(mentioned?.['confidence']).toBeCloseTo(0.9, 9);
});

test('attempts that broke off, and first jobs of a pipeline, are no deployments of their own', async () => {
  const { rows } = await demo.database.pool.query<Record<'broken' | 'jobs' | 'told' | 'counted', number>>(
    `select count(*) filter (where result = 'failure')::int as broken, count(*) filter (where external_id like '%/canary')::int as jobs,
       count(*) filter (where result = 'success')::int as told, (select count(*)::int from deployment_fact) as counted from deployment`
  );
  const { broken, jobs, told, counted } = rows[0] ?? { broken: 0, jobs: 0, told: 0, counted: 0 };
  expect({ hasBroken: broken > 50, hasJobs: jobs > 30, counted }).toEqual({ hasBroken: true, hasJobs: true, counted: told - jobs }); // prettier-ignore
});

test('who moves takes along nothing that was merged before', async () => {
  const moved = new Date(time.start.getTime() + TRUTHS.mover.afterWeeks * 7 * 86_400_000);
  const { rows } = await demo.database.pool.query<{ is_after: boolean; team_id: string }>(
    `select distinct merged_at >= $1 as is_after, f.team_id from change_fact f
     where f.responsible_id in (select person_id from membership where source = 'account' group by 1 having count(*) > 1) order by 1`,
    [moved]
  );
  expect(rows).toEqual([{ is_after: false, team_id: TRUTHS.mover.from }, { is_after: true, team_id: TRUTHS.mover.to }]); // prettier-ignore
});

test('tests fail and then pass on the same commit as often as planted', async () => {
  const { rows } = await demo.database.pool.query<{ share: number }>(
    `select avg(is_flaky::integer)::float8 as share from (
       select bool_or(result = 'failure') and bool_or(result = 'success') as is_flaky from build where kind = 'run' and change_key is not null group by repo_id, sha, name) b`
  );
  expect(rows[0]?.share).toBeCloseTo(TRUTHS.flaky, 2);
});

test('not every failure is chance: of failed attempts as many passed later on the same commit as planted', async () => {
  const [row] = await ask('build-health', { metric: 'flakes' });
  const gated = Number(row?.['flaky_failure_share']);
  // Of runs and the gate, whose failures all pass later.
  expect(gated).toBeGreaterThan(TRUTHS.flaky / (TRUTHS.flaky + TRUTHS.broken));
  expect(gated).toBeLessThan(0.85);
});

test('work moved into review as planted: what the way to it gained since the tool landed, review took', async () => {
  // In team platform work on the process came later.
  const team = ['search', 'mobile', 'data'];
  const rows = await ask('flow-shift', { team }, time.landing);
  const at = (stage: string): Row => rows.find((row) => row['stage'] === stage) ?? {};
  const { before, after } = TRUTHS.reviewShare;
  const { pct_lo: lo, pct_hi: hi } = at('review');
  expect({ lo, hi, isInside: Number(lo) <= after / before - 1 && after / before - 1 <= Number(hi) }).toMatchObject({ isInside: true }); // prettier-ignore
  expect(at('review')).toMatchObject({ verdict: 'regressed', moved_to: 'review', status: 'ok' });
  expect(at('coding')).toMatchObject({ verdict: 'improved' });
  expect(at('all')).toMatchObject({ verdict: 'no_clear_change', coverage: 1, issue_share: 0 });
  expect(at('all')['says']).toMatch(/^Bottleneck: Production, .*The time moved to Review\. Clearly faster: Coding \(−/);
  const sums = ['value', 'before', 'delta'].map((name) => rows.slice(0, 4).reduce((all, row) => all + Number(row[name]), 0)); // prettier-ignore
  expect(sums.map((total) => total.toFixed(6))).toEqual(['value', 'before', 'delta'].map((name) => Number(at('all')[name]).toFixed(6))); // prettier-ignore
});

test('the phases are those of the article: what coding gained review took, then work on the process of one team made all of it faster, as planted', async () => {
  const { team, ofBefore } = TRUTHS.process;
  const rows = await ask('flow-shift', { compare: 'phases', team: [team] });
  const at = (phase: string, stage: string): Row => rows.find((row) => row['phase'] === phase && row['stage'] === stage) ?? {};
  expect(rows.map(({ phase }) => phase)).toEqual(['Before AI', 'AI alone', 'After process work'].flatMap((title) => Array<string>(5).fill(title)));
  expect(at('AI alone', 'all')).toMatchObject({ verdict: 'no_clear_change', moved_to: 'review', status: 'ok' });
  expect([at('AI alone', 'coding'), at('AI alone', 'review')]).toMatchObject([{ verdict: 'improved' }, { verdict: 'regressed' }]);
  // It goes on.
  expect(at('After process work', 'all')).toMatchObject({ verdict: 'improved', moved_to: null, status: 'partial', phase_state: 'not finished' });
  // Of all of it what the wait for production leaves; the article has 23 %.
  for (const [stage, planted] of [['coding', ofBefore - 1], ['review', ofBefore - 1], ['all', -0.228]] as const) {
    const { pct_lo: lo, pct_hi: hi } = at('After process work', stage);
    expect({ stage, lo, hi, isInside: Number(lo) <= planted && planted <= Number(hi) }).toMatchObject({ isInside: true });
  }
}); // prettier-ignore

test('a gate that lands moves time into tests, and fails first as often as planted', async () => {
  const { team, afterWeeks, failed } = TRUTHS.gate;
  const landed = new Date(time.start.getTime() + afterWeeks * 7 * 86_400_000);
  const rows = await ask('flow-shift', { team: [team] }, landed);
  const tests = rows.find(({ stage }) => stage === 'tests');
  expect(tests).toMatchObject({ moved_to: 'tests', status: 'ok' });
  expect(Number(tests?.['value'])).toBeGreaterThan(10);
  expect(Number(tests?.['before'])).toBeLessThan(1);
  // Beside the pipeline, which fails first whatever the source.
  const planted = (source: keyof typeof failed) => 1 - (1 - TRUTHS.flaky) * (1 - failed[source]);
  const gatesOf = async (params: Record<string, unknown>): Promise<Row> => {
    const [row] = await ask('delivery-health', { metric: 'gates', ...params }, landed);
    return row ?? {};
  };
  // In one team few people write the other sources.
  expectInside(await gatesOf({ team: [team], code_source: ['human'] }), planted('human'));
  const all = await gatesOf({ team: [team] });
  expect(Number(all['lo'])).toBeGreaterThan(TRUTHS.flaky);
  expectInside(await gatesOf({ team: ['platform'] }), TRUTHS.flaky);
});

test('issues wait half as long for somebody to begin as planted; what the tracker does not tell is said', async () => {
  const { team, waitDays, afterWeeks, disordered, unmapped } = TRUTHS.issues;
  const since = new Date(time.start.getTime() + afterWeeks * 7 * 86_400_000);
  const rows = await ask('flow-shift', { unit: 'issue', team: [team] }, since);
  const at = (stage: string): Row => rows.find((row) => row['stage'] === stage) ?? {};
  const requirements = at('requirements');
  const planted = ((waitDays.after - waitDays.before) * 1440) / Number(requirements['before']);
  const { pct_lo: lo, pct_hi: hi } = requirements;
  expect({ lo, hi, planted, isInside: Number(lo) <= planted && planted <= Number(hi) }).toMatchObject({ isInside: true });
  expect(requirements).toMatchObject({ verdict: 'improved', bottleneck: 'requirements', issue_share: 1, unmapped_states: 'Waiting for legal' });
  // Since the tool landed the review takes more, here too.
  expect(at('review')).toMatchObject({ verdict: 'regressed', moved_to: 'review' });
  // In steps of five per cent.
  expect(Math.abs(Number(requirements['disordered_share']) - disordered)).toBeLessThan(0.05);
  expect(Math.abs(Number(requirements['mapped_share']) - (1 - unmapped))).toBeLessThan(0.06);
}); // prettier-ignore

test('of what the cycles of a team commit to the planted share is delivered, whole and by team', async () => {
  const { team, delivered, added } = TRUTHS.sprints;
  const [row] = await ask('sprints', {}, time.start);
  expectInside(row ?? {}, delivered);
  expect(Math.abs(Number(row?.['value']) - delivered)).toBeLessThan(0.02);
  expect(Number(row?.['delivered_added']) / Number(row?.['delivered_all'])).toBeGreaterThan(added - 0.02);
  expect(Number(row?.['delivered']) + Number(row?.['carried_over']) + Number(row?.['removed'])).toBe(Number(row?.['committed']));
  const [own] = await ask('sprints', { team: [team] }, time.start);
  expectInside(own ?? {}, delivered);
  const each = await ask('sprints', { bucket: 'week', rows: 'sprint' }, time.start);
  expect(each.filter(({ value }) => value !== null).length).toBeGreaterThan(20);
}); // prettier-ignore

test('years before anything was known do not thin out what is in review', async () => {
  const [known, longer] = await Promise.all([time.start, new Date(time.start.getTime() - 3 * 365 * 86_400_000)].map((from) => ask('work-in-progress', {}, from))); // prettier-ignore
  const told = ([row]: readonly Row[] = []) =>
    ['value', 'arrival', 'departure'].map((name) => Number(row?.[name]).toFixed(2));
  expect(told(longer)).toEqual(told(known));
  expect(Number(longer?.[0]?.['value'])).toBeGreaterThan(1);
});
