/** Runs queries against a store as the data source does (parse, bind, SQL and gate, compute, frames) and takes their times. */
import { makeCatalog } from '../../plugin/src/backend/query/catalog.ts';
import { Store } from '../../plugin/src/backend/store/database.ts';
import { quantile } from '../../plugin/src/backend/fixtures/soak.ts';
import { render } from '../../plugin/src/backend/query/render.ts';
import { prepareGated } from '../../plugin/src/backend/query/gate/gate.ts';
import { MAX_ROWS } from '../../plugin/src/backend/query/run-metric.ts';
import { migrations } from '../../plugin/src/backend/store/schema.generated.ts';
import { StoreInfoCache } from '../../plugin/src/backend/store/store-info.ts';
import { computes } from '../../plugin/src/metrics/compute.generated.ts';
import { metrics } from '../../plugin/src/metrics/registry.generated.ts';
import { sql } from '../../plugin/src/metrics/sql.generated.ts';
import { readSettings } from '../../plugin/src/settings.ts';
import type { BenchQuery } from './queries.ts';

/** p50 and p95, milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

export interface Measured {
  readonly query: BenchQuery;
  /** Rows of the result. */
  readonly rows: number;
  /** Rows that the statement gave to the computation. */
  readonly sqlRows: number;
  readonly sql: Percentiles;
  /** Computation, frames and their encoding. */
  readonly compute: Percentiles;
  /** With what the gate for small groups found kept from before. */
  readonly total: Percentiles;
  /** The first question of a version of the facts: the gate asks the store. */
  readonly cold: Percentiles;
}

export interface Reader {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

const percentiles = (values: readonly number[]): Percentiles => ({
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
});

interface Once {
  readonly rows: number;
  readonly sqlRows: number;
  readonly sqlMs: number;
  readonly computeMs: number;
  readonly totalMs: number;
}

/** Statements that a question may run beside each other: connections are opened before the clock runs. */
const AT_ONCE = 4;

/** A store and what is kept of it. */
class Session {
  readonly store: Store;
  readonly info: StoreInfoCache;

  constructor({ password, port, ...json }: Reader) {
    // A statement that takes long is a result here, not an error.
    this.store = new Store(readSettings({ ...json, port, tlsMode: 'disable', queryTimeoutSeconds: 120 }, { password }));
    this.info = new StoreInfoCache(this.store, migrations);
  }

  async open(): Promise<void> {
    const { signal } = new AbortController();
    const wait = { text: 'select pg_sleep(0.05)', values: [] };
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.store.run(wait, { signal, maxRows: 1 })));
  }

  async close(): Promise<void> {
    await this.store.close();
  }
}

export class Bench {
  private readonly catalog = makeCatalog(metrics, sql, computes);
  private readonly reader: Reader;
  private readonly session: Session;

  constructor(reader: Reader) {
    this.reader = reader;
    this.session = new Session(reader);
  }

  private async once(
    { store, info: cache }: Session,
    { metric, params }: BenchQuery,
    range: { from: Date; to: Date }
  ): Promise<Once> {
    const { signal } = new AbortController();
    const startedAt = performance.now();
    const info = await cache.read(signal);
    const request = { stored: { queryType: metric, params, version: 1 }, ...range, isAlert: false };
    const { catalog } = this;
    const parts = { catalog, store, info, signal };
    const gated = await prepareGated(parts, request, range.to);
    const { sql: statement, ...prepared } = gated.prepared;
    const [result, marks] = await Promise.all([
      store.run(statement, { signal, maxRows: MAX_ROWS }),
      gated.marks(parts),
    ]);
    const computeAt = performance.now();
    const rendered = await render(catalog, {
      prepared: marks === null ? prepared : { ...prepared, marks },
      rows: result.rows,
      totalRows: result.totalRows,
      refId: 'A',
      isAlert: false,
      sqlText: statement.text,
    });
    const endedAt = performance.now();
    return {
      rows: rendered.rowCount,
      sqlRows: result.totalRows,
      sqlMs: result.sqlMs,
      computeMs: endedAt - computeAt,
      totalMs: endedAt - startedAt,
    };
  }

  /** Milliseconds of one query asked by somebody for whom nothing is kept. */
  private async first(query: BenchQuery, range: { from: Date; to: Date }): Promise<number> {
    const session = new Session(this.reader);
    try {
      await session.open();
      return (await this.once(session, query, range)).totalMs;
    } finally {
      await session.close();
    }
  }

  /** Times of one query, `runs` times after `warm` runs that do not count. */
  async measure(
    query: BenchQuery,
    { runs, warm, ...range }: { runs: number; warm: number; from: Date; to: Date }
  ): Promise<Measured> {
    const times: Once[] = [];
    for (let run = -warm; run < runs; run += 1) {
      const once = await this.once(this.session, query, range);
      if (run >= 0) {
        times.push(once);
      }
    }
    const cold: number[] = [];
    for (let run = 0; run < Math.ceil(runs / 2); run += 1) cold.push(await this.first(query, range));
    const last = times.at(-1);
    return {
      query,
      rows: last?.rows ?? 0,
      sqlRows: last?.sqlRows ?? 0,
      sql: percentiles(times.map(({ sqlMs }) => sqlMs)),
      compute: percentiles(times.map(({ computeMs }) => computeMs)),
      total: percentiles(times.map(({ totalMs }) => totalMs)),
      cold: percentiles(cold),
    };
  }

  async close(): Promise<void> {
    await this.session.close();
  }
}
