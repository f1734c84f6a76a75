/** Programs under the names of people: by what they did, which no source tells before it is collected. A store that is there does. */
import type { Config } from '../config/schema.ts';
import { saidKind } from '../derive/identity/kinds.ts';
import { globOf, readSuspected, signsInWords, type Sign, type Suspected } from '../derive/identity/suspected.ts';
import { deriveSettings } from '../derive/settings.ts';
import { hasEmbeddedStore, openStore } from '../embedded/open.ts';
import { CollectorError, lineOf } from '../errors.ts';
import { storeUrl } from '../session.ts';
import { openPool, withConnection } from '../store/connection.ts';
import { requireSchema, schemaVersion } from '../store/migrate.ts';

/** Somebody who counts as a human and may be a program: proposed, never decided. */
export interface PlannedSuspect {
  /** As the lists of `accounts` in `throughline.yaml` take it. */
  readonly account: string;
  /** Logins, addresses and names of it. */
  readonly names: readonly string[];
  readonly signs: readonly Sign[];
  /** The signs in words. */
  readonly because: string;
  /** Changes that it reviewed in the newest 90 days of the store. */
  readonly reviews: number;
}

export interface Suspicion {
  /** Most reviews first; null = no store could be asked. */
  readonly suspected: readonly PlannedSuspect[] | null;
  /** Why a store that is there could not be asked. */
  readonly notices: readonly string[];
}

export const NO_SUSPICION: Suspicion = { suspected: null, notices: [] };

const planned = (one: Suspected): PlannedSuspect => ({
  account: globOf(one),
  names: one.accounts.flatMap(({ login, email, name }) => [login, email, name].filter((text) => text !== null)),
  signs: one.signs,
  because: signsInWords(one.signs),
  reviews: one.reviews,
});

/** Whom the configuration names by now is decided, also before it is collected again. */
async function ask(url: string, config: Config): Promise<PlannedSuspect[] | null> {
  const { identity } = deriveSettings(config);
  const pool = openPool(url, { max: 1, name: 'throughline plan' });
  try {
    return await withConnection(pool, async (client) => {
      if ((await schemaVersion(client)).current === null) return null;
      await requireSchema(client);
      const open = (await readSuspected(client)).filter(({ accounts }) => accounts.every((one) => saidKind(one, identity) === null)); // prettier-ignore
      return open.map(planned);
    });
  } finally {
    await pool.end();
  }
}

/** What the store of the configuration, or the embedded one of the folder, suspects. It is not made, migrated or written to. */
export async function readSuspects(config: Config, home: string): Promise<Suspicion> {
  const url = storeUrl(config);
  if (url === undefined && !hasEmbeddedStore(home)) return NO_SUSPICION;
  try {
    const store = await openStore({ folder: home, ...(url === undefined ? {} : { url }) });
    try {
      return { suspected: await ask(store.url, config), notices: [] };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    return { suspected: null, notices: [`Who behaves like a program is not known: the store could not be asked. ${lineOf(error)}`] }; // prettier-ignore
  }
}
