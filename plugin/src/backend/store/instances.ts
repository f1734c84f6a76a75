/** Data-source instances: one store each, rebuilt when the settings change, closed when unused. */
import { Store } from './database.ts';
import { BackendError } from '../errors.ts';
import { StoreInfoCache } from './store-info.ts';
import { readSettings } from '../../settings.ts';

/** What Grafana sends of a data source with every call. */
export interface InstanceSettings {
  readonly orgId: number;
  readonly uid: string;
  /** Changes with every save. */
  readonly updatedMs: number;
  /** `jsonData` as sent. */
  readonly json: string;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface Instance {
  readonly store: Store;
  readonly info: StoreInfoCache;
}

interface Kept extends Instance {
  readonly updatedMs: number;
  readonly fingerprint: string;
  usedAt: number;
}

export interface InstanceOptions {
  /** Migrations that this plugin was built for. */
  readonly migrations: readonly string[];
  readonly onError: (message: string, error: unknown) => void;
  /** A store that nobody asked for this long is closed. */
  readonly unusedMs?: number;
}

const UNUSED_MS = 10 * 60_000;
const SWEEP_MS = 30_000;

export class Instances {
  private readonly kept = new Map<string, Kept>();
  private readonly options: InstanceOptions;
  private readonly sweeper: NodeJS.Timeout;

  constructor(options: InstanceOptions) {
    this.options = options;
    this.sweeper = setInterval(() => {
      this.closeUnused();
    }, SWEEP_MS);
    this.sweeper.unref();
  }

  /** Open stores: for metrics. */
  get open(): readonly Instance[] {
    return [...this.kept.values()];
  }

  /**
   * The instance of a data source, as it is now.
   * @throws SettingsError, BackendError for settings that cannot be used.
   */
  get(settings: InstanceSettings): Instance {
    const key = `${String(settings.orgId)}/${settings.uid}`;
    const fingerprint = `${settings.json}\n${JSON.stringify(settings.secrets)}`;
    const known = this.kept.get(key);
    if (known !== undefined && known.updatedMs === settings.updatedMs && known.fingerprint === fingerprint) {
      known.usedAt = performance.now();
      return known;
    }
    const fresh = this.build(settings, fingerprint);
    this.kept.set(key, fresh);
    if (known !== undefined) {
      this.close(known);
    }
    return fresh;
  }

  /** Closes what has not been used for a while. */
  closeUnused(): void {
    const limit = performance.now() - (this.options.unusedMs ?? UNUSED_MS);
    for (const [key, instance] of this.kept) {
      if (instance.usedAt < limit) {
        this.kept.delete(key);
        this.close(instance);
      }
    }
  }

  /** Closes everything, once running queries have ended. */
  async closeAll(): Promise<void> {
    clearInterval(this.sweeper);
    const all = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(all.map((instance) => instance.store.close().catch(() => undefined)));
  }

  private build(settings: InstanceSettings, fingerprint: string): Kept {
    const store = new Store(readSettings(parseJson(settings.json), settings.secrets), (error) => {
      this.options.onError('An idle connection was lost', error);
    });
    return {
      store,
      info: new StoreInfoCache(store, this.options.migrations),
      updatedMs: settings.updatedMs,
      fingerprint,
      usedAt: performance.now(),
    };
  }

  private close(instance: Instance): void {
    instance.store.close().catch((error: unknown) => {
      this.options.onError('A store could not be closed', error);
    });
  }
}

function parseJson(json: string): unknown {
  try {
    return json.trim() === '' ? {} : (JSON.parse(json) as unknown);
  } catch (cause) {
    throw new BackendError({
      code: 'bad_settings',
      status: 400,
      message: 'The settings of the data source are no JSON: save the data source again.',
      cause,
    });
  }
}
