import { OPEN_FROM } from './usage/settled.ts';
import type { Client } from './work-list.ts';
import { derivedTables } from '../store/tables.ts';

/** Forgets everything derived, so that the fingerprints mark all of it. */
export async function forgetDerived(client: Client): Promise<void> {
  for (const table of derivedTables) await client.query(`delete from ${table}`);
  await client.query(
    `update account set person_id = null, method = null, confidence = null, has_conflict = false where method is not null or has_conflict`
  );
  // The points of settled days are gone.
  await client.query(`delete from account_day where source = 'otlp' and day >= ${OPEN_FROM}`);
  await client.query('update person set first_seen_at = null where first_seen_at is not null');
}
