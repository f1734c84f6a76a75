/** The demo organisation from nothing to derived facts. */
import type pg from 'pg';
import type { Config } from '../config/schema.ts';
import { deriveAll, type DeriveOptions } from '../derive/derive.ts';
import { loadDemo } from './load.ts';
import { timeline } from './organisation.ts';
import { demoConfig } from './settings.ts';

export interface DemoOptions {
  readonly now?: Date;
  readonly onProgress?: NonNullable<DeriveOptions['onProgress']>;
  readonly signal?: AbortSignal;
  /** Runs the derivation, so that it can be noted as a run. Default: just runs it. */
  readonly tracked?: (derive: () => Promise<void>) => Promise<void>;
}

/** What was written, and the configuration under which the demo is derived, now and by every later run. */
export interface PreparedDemo {
  /** 0 = it was there already. */
  readonly rows: number;
  readonly config: Config;
}

/** Loads and derives the demo; does nothing more than derive what is left where it is loaded. */
export async function prepareDemo(
  pool: pg.Pool,
  { now = new Date(), tracked = (derive) => derive(), ...rest }: DemoOptions = {}
): Promise<PreparedDemo> {
  const rows = await loadDemo(pool, { now });
  const { rows: settings } = await pool.query<{ human_before: string | null }>(
    `select value #>> '{}' as human_before from setting where key = 'human_before'`
  );
  const fresh = demoConfig(timeline(now));
  // A demo of last week keeps the dates that it was loaded with.
  const humanBefore = rows > 0 ? undefined : settings[0]?.human_before;
  const config = humanBefore ? { ...fresh, ai: { ...fresh.ai, human_before: humanBefore } } : fresh;
  await tracked(() => deriveAll(pool, { config, full: rows > 0, ...rest }));
  return { rows, config };
}
