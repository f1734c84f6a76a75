/** What the store knows of collecting, as numbers for Prometheus. Every collector process on one store tells the same. */
import type pg from 'pg';
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';

interface Family {
  readonly name: string;
  readonly help: string;
  /** Labels other than these are none of the family. */
  readonly labels: readonly string[];
  /** Rows of `value` and the labels. A value that is null has no sample: unknown is not zero. */
  readonly sql: string;
}

const ofStream = (name: string, help: string, value: string): Family => ({
  name: `throughline_stream_${name}`,
  help,
  labels: ['stream'],
  sql: `select stream_id as stream, (${value})::double precision as value from stream_state`,
});

const ofBudget = (name: string, help: string, value: string): Family => ({
  name: `throughline_rate_${name}`,
  help,
  labels: ['budget'],
  sql: `select budget, (${value})::double precision as value from rate_budget`,
});

const isJobRunning = `locked_at is not null`;
const isJobOut = `attempts >= max_attempts and locked_at is null`;

const families: readonly Family[] = [
  ofStream('lag_seconds', 'Seconds since the last successful run.', `extract(epoch from now() - last_ok_at)`),
  ofStream(
    'behind_seconds',
    'Seconds from the instant up to which the data is complete.',
    `extract(epoch from now() - watermark)`
  ),
  ofStream(
    'run_seconds',
    'Duration of the last successful run; of derive/facts that of the derivation.',
    `last_seconds`
  ),
  ofStream('rows', 'Rows written so far.', `row_count`),
  ofStream('skipped', 'Inputs skipped so far.', `skipped_count`),
  ofStream('failed', '1 = the last run failed.', `(last_error is not null)::integer`),
  {
    name: 'throughline_errors',
    help: 'Streams whose last run failed, by the code of the error (docs/troubleshooting.md).',
    labels: ['code'],
    sql: `select coalesce(substring(last_error from '\\[([a-z_]+)\\]$'), 'internal') as code, count(*)::double precision as value
          from stream_state where last_error is not null group by 1`,
  },
  {
    name: 'throughline_derive_stale',
    help: 'Entries of the work list of the derivation.',
    labels: ['kind'],
    sql: `select kind, count(*)::double precision as value from dirty group by kind`,
  },
  ofBudget('used', 'Requests of the running window of a rate budget.', `used_count`),
  ofBudget('allowed', 'Requests that a window of the budget allows.', `allowed_count`),
  ofBudget(
    'blocked_seconds',
    'Seconds for which a source still wants to be left alone.',
    `case when blocked_until is not null then greatest(0, extract(epoch from blocked_until - now())) end`
  ),
];

/** Asked where the queue has made its tables. */
const queueFamilies: readonly Family[] = [
  {
    name: 'throughline_queue_jobs',
    help: 'Jobs of the queue: waiting, running, or given up after the last attempt.',
    labels: ['state'],
    sql: `select s.state, count(j.state)::double precision as value from unnest('{waiting,running,given_up}'::text[]) as s(state)
          left join (select case when ${isJobRunning} then 'running' when ${isJobOut} then 'given_up' else 'waiting' end as state
                     from graphile_worker.jobs) j on j.state = s.state group by s.state`,
  },
  {
    name: 'throughline_queue_oldest_seconds',
    help: 'Seconds for which the oldest job has been due and not begun; none = no job is due.',
    labels: ['task'],
    sql: `select task_identifier as task, extract(epoch from now() - min(run_at))::double precision as value from graphile_worker.jobs
          where not (${isJobRunning}) and not (${isJobOut}) and run_at <= now() group by 1`,
  },
];

type Sample = Readonly<Record<string, string | number | null>> & { readonly value: number | null };

interface Filled extends Family {
  readonly gauge: Gauge;
}

async function fill(pool: pg.Pool, { gauge, labels, sql }: Filled): Promise<void> {
  const { rows } = await pool.query<Sample>(sql);
  gauge.reset();
  for (const row of rows) {
    if (row.value !== null) {
      gauge.set(Object.fromEntries(labels.map((label) => [label, String(row[label])])), row.value);
    }
  }
}

/** `refresh` reads the store; the registry holds what it found, and the process's own numbers. */
export function storeMetrics(pool: pg.Pool): { readonly registry: Registry; readonly refresh: () => Promise<void> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gaugeOf = (family: Family): Filled => {
    const { name, help, labels } = family;
    return { ...family, gauge: new Gauge({ name, help, labelNames: [...labels], registers: [registry] }) };
  };
  const [known, queued] = [families.map(gaugeOf), queueFamilies.map(gaugeOf)];
  const refresh = async (): Promise<void> => {
    const { rows } = await pool.query<{ has_queue: boolean }>(
      `select to_regclass('graphile_worker.jobs') is not null as has_queue`
    );
    for (const family of rows[0]?.has_queue ? [...known, ...queued] : known) {
      await fill(pool, family);
    }
  };
  return { registry, refresh };
}
