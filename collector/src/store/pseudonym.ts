/** Pseudonyms: people and accounts are keyed by HMAC-SHA256 with a secret of this install (metrics.md 15.5). */
import { createHmac, randomBytes } from 'node:crypto';
import type { Db } from './connection.ts';

export interface Pseudonyms {
  /** person_id of a person key (from people.csv, or a folded address). */
  readonly personId: (key: string) => string;
  /** account_id of an address or login at a provider; case is folded. */
  readonly accountId: (provider: string, key: string) => string;
}

const digest = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex').slice(0, 16);

/** Pseudonyms under a given secret. */
export function pseudonyms(secret: string): Pseudonyms {
  return {
    personId: (key) => digest(secret, `person:${key.trim().toLowerCase()}`),
    accountId: (provider, key) => `${provider}:${digest(secret, `${provider}:${key.trim().toLowerCase()}`)}`,
  };
}

/** The install's secret, made at first use; two processes that start at once agree on one. */
export async function installSecret(db: Db): Promise<string> {
  await db.query(`insert into secret (key, value) values ('person_hmac', $1) on conflict (key) do nothing`, [
    randomBytes(32).toString('hex'),
  ]);
  const { rows } = await db.query<{ value: string }>(`select value from secret where key = 'person_hmac'`);
  return (rows[0] as { value: string }).value;
}
