/**
 * `npm run bench -- --store [--home DIR] [--small] [--json]`: how fast the store of a large organisation answers. Fills an embedded
 * Postgres with facts, derives them as the collector does, and runs every metric's default query and every query of the boards.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { configSchema, type Config } from '../../collector/src/config/schema.ts';
import { deriveAll } from '../../collector/src/derive/derive.ts';
import { openStore } from '../../collector/src/embedded/open.ts';
import { migrate } from '../../collector/src/store/migrate.ts';
import { findBun } from '../../plugin/scripts/compile-backend.ts';
import { run } from '../child.ts';
import { fillStatements, LANDING, LARGE, SMALL, type Size } from './facts.ts';
import { measureIncremental, type Incremental } from './incremental.ts';
import type { Asked } from './ask.ts';
import type { Measured, Reader } from './measure-queries.ts';

export interface StoreBenchOptions {
  /** Folder of the store, kept for the next run; absent = a temporary one. */
  readonly folder?: string;
  /** Twenty repositories instead of a thousand: to see that everything runs. */
  readonly small?: boolean;
  /** Runs of each query that count. Default 20. */
  readonly runs?: number;
  /** Only queries whose group (default, board), metric and shape contain this. */
  readonly only?: string;
}

export interface StoreBench {
  readonly size: Size;
  readonly cores: number;
  readonly postgres: string;
  /** Null = the folder was filled and derived already. */
  readonly fillSeconds: number | null;
  readonly deriveSeconds: Readonly<Record<string, number>> | null;
  /** Null = left out, since only some queries were asked for. */
  readonly incremental: Incremental | null;
  readonly measured: readonly Measured[];
}

/** A p95 from here on is a miss: of a metric's default query, and of a query of a board. */
export const LIMITS_MS = { default: 300, board: 500 } as const;

/** Three workflows, as an organisation that measures work and review apart would have them. */
function benchConfig(): Config {
  const tool = (id: string): object => ({ id, usage: { measure: 'invocations', low_min: 1, high_min: 20 } });
  const tools = ['claude-code', 'copilot'].map(tool);
  return configSchema.parse({
    time_zone: 'UTC',
    ai: { human_before: LANDING.toISOString().slice(0, 10) },
    workflows: [
      { id: 'change', applies_to: { pr_class: ['feature', 'bugfix', 'refactor'] }, tools },
      { id: 'refactor_change', applies_to: { pr_class: ['refactor'] }, tools: [tool('claude-code')] },
      { id: 'review', start: { event: 'ready' }, end: { event: 'merged' }, tools: [tool('claude-code')] },
    ],
  });
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function timed<Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> {
  const startedAt = performance.now();
  return [await work(), (performance.now() - startedAt) / 1000];
}

async function fill(client: pg.ClientBase, size: Size): Promise<number> {
  let all = 0;
  await client.query(`set work_mem = '256MB'`);
  for (const { title, sql } of fillStatements(size)) {
    const [, seconds] = await timed(() => client.query(sql));
    all += seconds;
    say(`fill: ${title} ${seconds.toFixed(1)} s`);
  }
  await client.query('analyze');
  return all;
}

/** Seconds of each step of a full derivation. */
async function derive(pool: pg.Pool, config: Config): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  let step = { name: '', at: performance.now() };
  const onProgress = (name: string): void => {
    if (name === step.name) return;
    const now = performance.now();
    if (step.name !== '') {
      seconds[step.name] = (now - step.at) / 1000;
      say(`derive: ${step.name} ${((now - step.at) / 1000).toFixed(1)} s`);
    }
    step = { name, at: now };
  };
  await deriveAll(pool, { config, full: true, onProgress });
  onProgress('');
  // As autovacuum would have done it by the time a panel asks.
  await pool.query('vacuum analyze');
  return seconds;
}

/** Fills and derives what the folder does not hold yet. */
async function prepare(
  pool: pg.Pool,
  size: Size,
  config: Config
): Promise<Pick<StoreBench, 'fillSeconds' | 'deriveSeconds'>> {
  const wanted = JSON.stringify(size);
  const known = await pool.query<{ value: string }>(
    `select value ->> 'size' as value from setting where key = 'bench'`
  );
  if (known.rows[0]?.value === wanted) return { fillSeconds: null, deriveSeconds: null };
  const holds = await pool.query(`select from repo limit 1`);
  if (known.rowCount !== 0 || holds.rowCount !== 0) {
    throw new Error('The folder holds another store. Name an empty folder with --home.');
  }
  const client = await pool.connect();
  try {
    const fillSeconds = await fill(client, size);
    const deriveSeconds = await derive(pool, config);
    await client.query(`insert into setting (key, value) values ('bench', jsonb_build_object('size', $1::text))`, [
      wanted,
    ]);
    return { fillSeconds, deriveSeconds };
  } finally {
    client.release(true);
  }
}

/** The queries, asked by a process of the runtime that the executable has. */
async function measureAll(reader: Reader, { runs = 20, only = '' }: StoreBenchOptions): Promise<Measured[]> {
  const asked: Asked = { reader, runs, only };
  const args = [join(import.meta.dirname, 'ask.ts'), JSON.stringify(asked)];
  const { code, output } = await run(findBun(), args, { isKept: true, isHeard: true });
  if (code !== 0) throw new Error('The queries could not be asked: see above.');
  return JSON.parse(output) as Measured[];
}

/** Runs the benchmark and prints its tables (or JSON) to standard output; progress goes to standard error. */
export async function benchStore(options: StoreBenchOptions = {}): Promise<StoreBench> {
  const size = options.small === true ? SMALL : LARGE;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'throughline-bench-'));
  const config = benchConfig();
  const store = await openStore({ folder, port: 55_490, isReadAgain: true });
  try {
    await migrate(store.url);
    const pool = new pg.Pool({ connectionString: store.url, max: 4 });
    pool.on('error', () => undefined);
    try {
      const prepared = await prepare(pool, size, config);
      const { host, port, database, reader } = store;
      const measured = await measureAll(
        { host, port, database, user: reader.user, password: reader.password ?? '' },
        options
      );
      const isWhole = options.only === undefined || options.only === '';
      const incremental = isWhole ? await measureIncremental(pool, config) : null;
      const version = await pool.query<{ server_version: string }>('show server_version');
      return {
        size,
        cores: cpus().length,
        postgres: version.rows[0]?.server_version ?? '',
        ...prepared,
        incremental,
        measured,
      };
    } finally {
      await pool.end();
    }
  } finally {
    await store.close();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
