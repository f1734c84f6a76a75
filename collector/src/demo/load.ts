/** Loads the demo organisation into an empty store by COPY, in one transaction. */
import type pg from 'pg';
import { RULES_VERSION } from '../attribution/rules.ts';
import { CollectorError } from '../errors.ts';
import { transaction } from '../store/connection.ts';
import { installSecret, pseudonyms } from '../store/pseudonym.ts';
import { copyInto, ensureRepo } from '../store/write-page.ts';
import { forgeTables } from './forge-tables.ts';
import { historyTables } from './history-tables.ts';
import { organise } from './organise.ts';
import { REPOS } from './organisation.ts';
import { issueTables } from './tracker/tables.ts';
import { TRUTHS } from './truths.ts';
import { deliveryTables, staticTables, telemetryTables, type Ids, type Organisation } from './tables.ts';

/** Same seed and same day, same organisation. */
export const DEMO_SEED = 20_261_121;

/** What a store holds: nothing yet, the demo, or real data. */
export async function storeContent(client: pg.ClientBase | pg.Pool): Promise<'empty' | 'demo' | 'real'> {
  const { rows } = await client.query<{ is_demo: boolean; has_repo: boolean }>(
    `select exists (select from setting where key = 'demo') as is_demo, exists (select from repo) as has_repo`
  );
  return rows[0]?.is_demo ? 'demo' : rows[0]?.has_repo ? 'real' : 'empty';
}

/**
 * Demo and real data never share a store: their numbers would mix in every panel.
 * @throws CollectorError `store_has_demo` when the store holds the demo.
 */
export async function refuseDemoStore(pool: pg.Pool): Promise<void> {
  if ((await storeContent(pool)) === 'demo') {
    throw new CollectorError({
      code: 'store_has_demo',
      message:
        'This store holds the demo organisation; real data would mix with it. Use another database, or drop this one.',
      fault: 'config',
    });
  }
}

async function fill(client: pg.ClientBase, org: Organisation): Promise<number> {
  const under = pseudonyms(await installSecret(client));
  const keys = new Map<string, string>();
  const kept = (id: string, key: string): string => {
    keys.set(id, key.toLowerCase());
    return id;
  };
  const repoIds = new Map<string, number>();
  for (const { slug } of REPOS) {
    repoIds.set(slug, await ensureRepo(client, slug));
  }
  const ids: Ids = {
    repo: (slug) => repoIds.get(slug) ?? 0,
    person: (key) => kept(under.personId(key), key),
    account: (provider, key) => kept(under.accountId(provider, key), key),
    rulesVersion: RULES_VERSION,
  };
  let rows = 0;
  for (const part of [
    ...staticTables(org, ids),
    ...historyTables(org, ids),
    ...forgeTables(org, ids),
    ...issueTables(org, ids),
    ...deliveryTables(org, ids),
    ...telemetryTables(org, ids),
  ]) {
    rows += await copyInto(client, part);
  }
  for (const table of ['person', 'account']) {
    await client.query(
      `update ${table} t set source_key = k.key from unnest($1::text[], $2::text[]) k(id, key) where t.${table}_id = k.id`,
      [[...keys.keys()], [...keys.values()]]
    );
  }
  const squash: Readonly<Record<string, { readonly squash: string } | undefined>> = TRUTHS.recall;
  for (const { slug, service, team } of REPOS) {
    const merged = org.changes.filter((change) => change.repo === slug);
    const last = merged.at(-1);
    await client.query(
      `update repo set service_id = $2, owner_team_id = $3, default_branch = 'main', observed_until = $4, tip_sha = $5,
         changes_known_from = $6, squash_message = $7 where slug = $1`,
      [slug, service, team, last?.mergedAt ?? null, last?.sha ?? null, org.time.start, squash[slug]?.squash ?? null]
    );
  }
  await client.query(`insert into setting (key, value) values ('demo', 'true') on conflict (key) do nothing`);
  await client.query(
    `insert into stream_state (stream_id, watermark, last_run_at, last_ok_at, row_count) values ('demo/organisation', $1, $1, $1, $2)`,
    [org.time.now, rows]
  );
  // Without statistics the derivation would plan as if the tables were empty.
  await client.query('analyze');
  return rows;
}

/**
 * Fills an empty store with the demo organisation; a store that holds it already is left as it is. Derive afterwards (full).
 * @returns rows written; 0 = it was there.
 * @throws CollectorError `store_not_empty` when the store holds real data.
 */
export async function loadDemo(pool: pg.Pool, { seed = DEMO_SEED, now = new Date() } = {}): Promise<number> {
  return transaction(pool, async (client) => {
    // Two processes that start at once: the second finds the first one's demo.
    await client.query('select pg_advisory_xact_lock(7340252)');
    const content = await storeContent(client);
    if (content === 'real') {
      throw new CollectorError({
        code: 'store_not_empty',
        message:
          'This store holds collected repositories; the demo organisation would mix with them. Use an empty database for the demo.',
        fault: 'config',
      });
    }
    return content === 'demo' ? 0 : fill(client, organise(seed, now));
  });
}
