/**
 * Many people open a board at once: the backend as Grafana asks it, a request for each panel, their "now" milliseconds apart. Once all of
 * them look at the same, once each has chosen other values. The store is the demo organisation.
 */
import { loadavg } from 'node:os';
import pg from 'pg';
import { demoDatabase, DEMO_NOW } from '../../collector/testing/demo.ts';
import { stopUnusedServer } from '../../collector/testing/server.ts';
import { compileForTests } from '../../plugin/src/backend/fixtures/compile-for-tests.ts';
import { grafanaSettings, PluginProcess } from '../../plugin/src/backend/fixtures/plugin-process.ts';
import { quantile, residentMegabytes } from '../../plugin/src/backend/fixtures/soak.ts';
import { familySeconds, parentOf, peakMegabytes, processorSeconds } from '../processor.ts';
import { boardQuestions, type BoardQuestions, type Chosen } from './board-questions.ts';

/** One wave: every viewer opens the board at the same moment. */
export interface Wave {
  readonly answers: number;
  readonly errors: readonly string[];
  /** From sending a query to its answer. */
  readonly answerMs: Spread;
  /** From opening a board to its last answer. */
  readonly boardMs: Spread;
  readonly pluginCpuSeconds: number;
  readonly storeCpuSeconds: number;
  /** Resident at the end of the wave. */
  readonly megabytes: number;
}

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** What one executable did in one round. */
export interface Viewed {
  readonly title: string;
  /** Load of the machine over the last minute at its end. */
  readonly load: number;
  /** All viewers see the same. */
  readonly same: Scenario;
  /** Each has chosen other values. */
  readonly different: Scenario;
}

export interface Scenario {
  /** Nothing kept before; then again, half a minute later. */
  readonly waves: readonly Wave[];
  /** Most resident at one moment. */
  readonly peakMegabytes: number;
}

interface Executable {
  readonly title: string;
  readonly file: string;
}

const BOARD = 'delivery-and-ai';
const YEAR_MS = 365 * 86_400_000;
const WAVES = 2;
const BETWEEN_MS = 30_000;
const APART_MS = 137;

interface Asked {
  readonly viewers: number;
  readonly rounds: number;
}

/** The backend as it ships, after `beside` in each round. */
export async function benchViewers(
  viewers: number,
  { beside, rounds = 3 }: { readonly beside?: string; readonly rounds?: number }
): Promise<Viewed[]> {
  const own = compileForTests();
  try {
    const other = beside === undefined ? [] : [{ title: beside, file: beside }];
    return await measureViewers([...other, { title: 'the backend', file: own.file }], { viewers, rounds });
  } finally {
    own.remove();
    await stopUnusedServer();
  }
}

/** Each executable in turn, `rounds` times, so that what else the machine does meets all of them. */
async function measureViewers(executables: readonly Executable[], { viewers, rounds }: Asked): Promise<Viewed[]> {
  const database = await demoDatabase();
  try {
    const settings = grafanaSettings(database);
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    const sets = await differentSets(pool, viewers);
    await pool.end();
    const server = parentOf(rows[0]?.pid ?? 0);
    const found: Viewed[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const { title, file } of executables) {
        const run = (all: readonly Chosen[]) => inFreshProcess(file, { settings, server, all });
        const same = await run(sets.map(() => ({})));
        const different = await run(sets);
        const loadNow = loadavg()[0] ?? Number.NaN;
        found.push({ title, load: loadNow, same, different });
      }
    }
    return found;
  } finally {
    await database.close();
  }
}

/** Teams, repositories, classes and sources, one or two of them at a time: what people choose at the head of a board. */
async function differentSets(pool: pg.Pool, count: number): Promise<Chosen[]> {
  const valuesOf = async (sql: string) => (await pool.query<{ value: string }>(sql)).rows.map(({ value }) => value);
  const teams = await valuesOf(
    `select distinct team_id as value from change_fact where team_id <> 'unknown' order by 1`
  );
  const repos = await valuesOf('select slug as value from repo order by 1');
  const classes = await valuesOf('select pr_class as value from change_fact group by 1 order by count(*) desc');
  const sources = await valuesOf('select code_source as value from change_fact group by 1 order by count(*) desc');
  const all: Chosen[] = [
    ...teams.map((team) => ({ team: [team] })),
    ...repos.map((repo) => ({ repo: [repo] })),
    ...classes.map((pr_class) => ({ pr_class: [pr_class] })),
    ...teams.flatMap((team) => classes.map((pr_class) => ({ team: [team], pr_class: [pr_class] }))),
    ...repos.flatMap((repo) => sources.map((code_source) => ({ repo: [repo], code_source: [code_source] }))),
  ];
  if (all.length < count) throw new Error(`the demo has ${String(all.length)} sets of values, not ${String(count)}`);
  return all.slice(0, count);
}

interface Running {
  readonly settings: object;
  /** Process of the Postgres server. */
  readonly server: number;
  /** One set of values a viewer. */
  readonly all: readonly Chosen[];
}

async function inFreshProcess(file: string, { settings, server, all }: Running): Promise<Scenario> {
  const plugin = await PluginProcess.start([file]);
  const pid = plugin.process.pid ?? 0;
  try {
    await plugin.call('pluginv2.Diagnostics/CheckHealth', {
      pluginContext: { orgId: 1, dataSourceInstanceSettings: settings },
    });
    const boards = all.map((chosen) => boardQuestions(BOARD, chosen));
    const waves: Wave[] = [];
    for (let wave = 0; wave < WAVES; wave++) {
      const [before, storeBefore] = [processorSeconds(pid), familySeconds(server)];
      const opened = await Promise.all(
        boards.map((board, viewer) =>
          open(plugin, settings, { board, now: DEMO_NOW.getTime() + wave * BETWEEN_MS + viewer * APART_MS })
        )
      );
      waves.push({
        answers: opened.flatMap(({ waits }) => waits).length,
        errors: opened.flatMap(({ errors }) => errors),
        answerMs: spread(opened.flatMap(({ waits }) => waits)),
        boardMs: spread(opened.map(({ waits }) => Math.max(...waits))),
        pluginCpuSeconds: processorSeconds(pid) - before,
        storeCpuSeconds: familySeconds(server) - storeBefore,
        megabytes: residentMegabytes(pid),
      });
    }
    return { waves, peakMegabytes: peakMegabytes(pid) };
  } finally {
    await plugin.stop();
  }
}

interface Opened {
  readonly waits: readonly number[];
  readonly errors: readonly string[];
}

/** A browser asks for the variables first; here all at once, which is harder. */
async function open(
  plugin: PluginProcess,
  settings: object,
  { board, now }: { readonly board: BoardQuestions; readonly now: number }
): Promise<Opened> {
  const range = { from: new Date(now - YEAR_MS).toISOString(), to: new Date(now).toISOString() };
  const openedAt = performance.now();
  const waits: number[] = [];
  const errors: string[] = [];
  const timed = async (ask: () => Promise<string>) => {
    const error = await ask().catch(String);
    waits.push(performance.now() - openedAt);
    if (error !== '') errors.push(error);
  };
  await Promise.all([
    ...board.queries.map(({ refId, json }) =>
      timed(async () => {
        const answers = await plugin.query(settings, [{ refId, json, ...range }], { role: 'Viewer' });
        return answers[refId]?.error ?? 'no answer';
      })
    ),
    ...board.variables.map(({ path, filters }) =>
      timed(async () => {
        const { code } = await plugin.resource(settings, path, {
          body: JSON.stringify({ filters: JSON.parse(filters) as unknown }),
        });
        return code === 200 ? '' : `${path}: ${String(code)}`;
      })
    ),
  ]);
  return { waits, errors };
}

const spread = (values: readonly number[]): Spread => ({
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  max: quantile(values, 1),
});
