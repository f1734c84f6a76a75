import pg from 'pg';
import { bindQuery } from '../../plugin/src/backend/query/bind-query.ts';
import { fallSpeed, fallSpeedSql } from '../../plugin/src/backend/fixtures/fall-speed.ts';
import type { PluginProcess } from '../../plugin/src/backend/fixtures/plugin-process.ts';
import { pointsQuery, quantile } from '../../plugin/src/backend/fixtures/soak.ts';
import { parseQuery } from '../../plugin/src/metrics/query.ts';

/** What the backend adds to a statement. */
export interface Overhead {
  readonly points: number;
  /** Answer at Grafana's end of the socket − SQL as the backend counts it: sending the statement to its last row read. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** The same, but only the server's own work (executing and writing out rows) counts as SQL: reading the rows is overhead too. */
  readonly strictP50Ms: number;
  readonly strictP95Ms: number;
  /** As the backend counts it. */
  readonly sqlP50Ms: number;
}

const FROM = '2026-01-01T00:00:00Z';
const TO = '2026-04-01T00:00:00Z';
const WARM_RUNS = 5;

/** Asks for a series of `points` points again and again, one query at a time. */
export async function measureOverhead(
  plugin: PluginProcess,
  database: { readonly settings: object; readonly url: string },
  { points, runs }: { points: number; runs: number }
): Promise<Overhead> {
  const over: number[] = [];
  const sql: number[] = [];
  for (let run = -WARM_RUNS; run < runs; run++) {
    const refId = `points-${String(points)}-${String(run)}`;
    const startedAt = performance.now();
    const answers = await plugin.query(database.settings, [{ refId, json: pointsQuery(points), from: FROM, to: TO }]);
    const totalMs = performance.now() - startedAt;
    if (answers[refId]?.error !== '') {
      throw new Error(`the query failed: ${String(answers[refId]?.error)}`);
    }
    if (run >= 0) {
      const sqlMs = await loggedSqlMs(plugin, refId);
      sql.push(sqlMs);
      over.push(totalMs - sqlMs);
    }
  }
  const server = await serverMs(database.url, points);
  const strict = over.map((ms, index) => ms + Math.max(0, (sql[index] ?? 0) - server));
  return {
    points,
    p50Ms: quantile(over, 0.5),
    p95Ms: quantile(over, 0.95),
    strictP50Ms: quantile(strict, 0.5),
    strictP95Ms: quantile(strict, 0.95),
    sqlP50Ms: quantile(sql, 0.5),
  };
}

/** The backend logs each answer; its line may come after the answer. */
async function loggedSqlMs(plugin: PluginProcess, refId: string): Promise<number> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const line = plugin.logs.find((text) => text.includes(`"refId":"${refId}"`));
    if (line !== undefined) {
      return (JSON.parse(line) as { sqlMs: number }).sqlMs;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`the backend logged nothing about ${refId}`);
}

/** Best of five runs of the statement in the server: executed, its rows written out as text, nothing sent. */
async function serverMs(url: string, points: number): Promise<number> {
  const { params } = parseQuery(pointsQuery(points), new Map([[fallSpeed.id, fallSpeed]]));
  const builtIns = { from: new Date(FROM), to: new Date(TO), tz: 'UTC' };
  const { text, values } = bindQuery(fallSpeed, fallSpeedSql[''], { params, builtIns });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('set jit = off');
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 5; run++) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ 'Execution Time': number }] }>(
        `explain (analyze, timing off, serialize text, format json) ${text}`,
        [...values]
      );
      best = Math.min(best, rows[0]?.['QUERY PLAN'][0]['Execution Time'] ?? Number.NaN);
    }
    return best;
  } finally {
    await client.end();
  }
}
