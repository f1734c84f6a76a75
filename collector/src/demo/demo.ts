/** The demo organisation from nothing to derived facts. */
import type pg from 'pg';
import { deriveAll, type DeriveOptions } from '../derive/derive.ts';
import { deriveSettings } from '../derive/settings.ts';
import { loadDemo } from './load.ts';
import { timeline } from './organisation.ts';
import { demoConfig } from './settings.ts';

export interface DemoOptions {
  readonly now?: Date;
  readonly onProgress?: NonNullable<DeriveOptions['onProgress']>;
  readonly signal?: AbortSignal;
}

/** Loads and derives the demo; does nothing more than derive what is left where it is loaded. @returns rows written. */
export async function prepareDemo(pool: pg.Pool, { now = new Date(), ...rest }: DemoOptions = {}): Promise<number> {
  const rows = await loadDemo(pool, { now });
  const { rows: settings } = await pool.query<{ human_before: string | null }>(
    `select value #>> '{}' as human_before from setting where key = 'human_before'`
  );
  const config = demoConfig(timeline(now));
  // A demo of last week keeps the dates that it was loaded with.
  const humanBefore = rows > 0 ? undefined : settings[0]?.human_before;
  const ai = humanBefore ? { ...config.ai, human_before: humanBefore } : config.ai;
  await deriveAll(pool, { settings: deriveSettings({ ...config, ai }), full: rows > 0, ...rest });
  return rows;
}
