/** The store as an assistant reads it: the reader's role, small groups hidden whatever the store holds, opened with the first question. */
import { existsSync } from 'node:fs';
import { loadConfig } from '../../collector/src/config/load.ts';
import { openStore, type Store as EmbeddedStore } from '../../collector/src/embedded/open.ts';
import { lastFolder, storeEmpty, storeUrl, writeConnection } from '../../collector/src/session.ts';
import { BackendError } from '../../plugin/src/backend/errors.ts';
import type { EngineParts } from '../../plugin/src/backend/query/run-metric.ts';
import { requireTeams } from '../../plugin/src/backend/query/team-scope.ts';
import { Store } from '../../plugin/src/backend/store/database.ts';
import { readRole, whyNotAsReader } from '../../plugin/src/backend/store/role.ts';
import { migrations } from '../../plugin/src/backend/store/schema.generated.ts';
import { StoreInfoCache } from '../../plugin/src/backend/store/store-info.ts';
import { catalog, settingsOfUrl } from '../../plugin/src/backend/terminal.ts';
import { readSettings, readTeams, type ConnectionSettings } from '../../plugin/src/settings.ts';
import type { Place } from '../answers/commands.ts';

/** One assistant asks one thing after the other; a second connection is for what runs beside it. */
const POOL_SIZE = 2;
const QUERY_TIMEOUT_MS = 30_000;

interface Opened {
  readonly store: Store;
  readonly info: StoreInfoCache;
  readonly embedded: EmbeddedStore | null;
}

/** A store that is opened when it is first needed, and again when that failed. */
export interface Reading {
  /** @throws CollectorError, BackendError. */
  parts(signal: AbortSignal): Promise<EngineParts & { readonly instance: Opened }>;
  close(): Promise<void>;
}

export function readingOf(place: Place): Reading {
  let opened: Promise<Opened> | null = null;
  const open = (): Promise<Opened> => {
    opened ??= openReader(place).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    parts: async (signal) => {
      const instance = await open();
      const info = await instance.info.read(signal);
      // A slip in the teams must not look like a store that knows nothing, whatever is asked.
      await requireTeams({ store: instance.store, signal });
      return { catalog, store: instance.store, info, signal, smallGroups: 'hidden', instance };
    },
    close: async () => {
      const last = await opened?.catch(() => null);
      await last?.store.close();
      await last?.embedded?.close();
    },
  };
}

async function openReader(place: Place): Promise<Opened> {
  const teams = readTeams(process.env.THROUGHLINE_TEAMS);
  const own = process.env.THROUGHLINE_READER_URL;
  const url = own ?? storeUrl(loadConfig(place.config, process.cwd()).config);
  const embedded = url === undefined ? await openEmbedded(place.home) : null;
  try {
    const settings =
      embedded === null
        ? settingsOfUrl(url ?? '', own === undefined ? undefined : 'THROUGHLINE_READER_URL')
        : settingsOf(embedded);
    const store = new Store({ ...settings, teams, poolSize: POOL_SIZE, queryTimeoutMs: QUERY_TIMEOUT_MS });
    try {
      await refuseWriter(store);
    } catch (error) {
      await store.close();
      throw error;
    }
    return { store, info: new StoreInfoCache(store, migrations), embedded };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

/** The embedded store that was used last. @throws CollectorError `store_empty`. */
async function openEmbedded(home: string): Promise<EmbeddedStore> {
  const folder = lastFolder(home);
  if (folder === null || !existsSync(folder)) throw storeEmpty(home);
  const store = await openStore({ folder });
  writeConnection(home, store, folder);
  return store;
}

const settingsOf = ({ host, port, database, reader }: EmbeddedStore): ConnectionSettings =>
  readSettings({ host, port, database, user: reader.user, tlsMode: 'disable' }, { password: reader.password ?? '' });

/** What an assistant is told to do may come from a text that it read: its role can change nothing. @throws BackendError `bad_settings`. */
async function refuseWriter(store: Store): Promise<void> {
  const why = whyNotAsReader(await readRole(store, AbortSignal.timeout(QUERY_TIMEOUT_MS)));
  if (why !== null) {
    throw new BackendError({
      code: 'bad_settings',
      status: 400,
      message: `An assistant only reads, and ${why}. Set THROUGHLINE_READER_URL to the same store with user throughline_reader (alter role throughline_reader login password '…').`,
    });
  }
}
