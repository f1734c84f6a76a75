/** "Save & test": what was found in the store, or what is wrong and the way out. */
import type { Instance } from '../store/instances.ts';
import { readRole, whyNotAsReader } from '../store/role.ts';
import { toBackendError } from '../errors.ts';
import { named, requireTeams } from '../query/team-scope.ts';
import type { Row } from '../../metrics/define.ts';

export interface Health {
  readonly isOk: boolean;
  /** One paragraph. */
  readonly message: string;
  /** Every stream and every warning, for the details of the page. */
  readonly details: { readonly warnings: readonly string[]; readonly streams: readonly StreamHealth[] };
}

export interface StreamHealth {
  /** connector/stream. */
  readonly stream: string;
  /** Scopes (repositories, files) that it reads. */
  readonly scopes: number;
  /** Latest success, ISO; null = never. */
  readonly lastOkAt: string | null;
  /** Seconds from the oldest watermark of its scopes to now; null = nothing complete yet. */
  readonly lagSeconds: number | null;
  /** Scopes whose last run failed. */
  readonly failing: number;
}

/** Whether there is something to read. No numbers of changes: two of them a moment apart would tell of whoever merged in between. */
const STORE = {
  text: `select current_setting('server_version') as version, (select count(*) from repo) as repos, exists (select from change_fact) as has_changes`,
  values: [],
};

const STREAMS = {
  text: `select regexp_replace(stream_id, '^([^/]+/[^/]+).*$', '\\1') as stream, count(*) as scopes, max(last_ok_at) as last_ok_at,
  extract(epoch from now() - min(watermark)) as lag_seconds, count(last_error) as failing
from stream_state group by 1 order by 1`,
  values: [],
};

/** Checks one data source. Never throws. */
export async function checkHealth(instance: () => Instance, signal: AbortSignal): Promise<Health> {
  try {
    const { store, info } = instance();
    const { migrations, settings } = await info.read(signal);
    const { teams } = store.settings;
    await requireTeams({ store, signal });
    const found = (await store.run(STORE, { signal, maxRows: 1 })).rows[0] ?? {};
    const all = (await store.run(STREAMS, { signal, maxRows: 1000 })).rows.map(streamHealth);
    // Streams are of all teams, and some are named after one.
    const streams = teams === null ? all : [];
    const role = whyNotAsReader(await readRole(store, signal));
    const warnings = [
      ...(role === null ? [] : [`${role}. Panels only read: use throughline_reader.`]),
      ...failing(streams),
    ];
    const schema = migrations.at(-1) ?? '';
    const { host, port, database } = store.settings;
    const facts = `Store "${database}" at ${host}:${String(port)}: schema ${schema}, PostgreSQL ${String(found['version'])}`;
    const message = [
      teams === null ? `${facts}, ${heldText(found)}.` : `${facts}.`,
      ...(teams === null ? [] : [`Bound to ${named(teams)}: it can be read, and nothing is said here of how much there is.`]), // prettier-ignore
      ...timescaleText(settings['timescale']),
      ...(teams === null ? [collectionText(all)] : []),
      ...warnings.map((warning) => `Warning: ${warning}`),
    ].join(' ');
    return { isOk: true, message, details: { warnings, streams } };
  } catch (error) {
    const { message } = toBackendError(error);
    return { isOk: false, message, details: { warnings: [], streams: [] } };
  }
}

/** What the collector made of the extension: nothing where it has not looked yet. */
function timescaleText(state: unknown): string[] {
  const text = (state as { text?: unknown } | undefined)?.text;
  return typeof text === 'string' ? [text] : [];
}

function failing(streams: readonly StreamHealth[]): string[] {
  return streams
    .filter((stream) => stream.failing > 0)
    .map(
      (stream) =>
        `${stream.stream} failed in its last run for ${String(stream.failing)} of ${String(stream.scopes)}: throughline status says why.`
    );
}

function collectionText(streams: readonly StreamHealth[]): string {
  if (streams.length === 0) {
    return 'Nothing has been collected yet: start the collector.';
  }
  const shown = streams.slice(0, 5).map(({ stream, lastOkAt, lagSeconds }) => {
    const lag = lagSeconds === null ? '' : ` (complete up to ${duration(lagSeconds)} ago)`;
    return lastOkAt === null ? `${stream} never` : `${stream} ${lastOkAt.slice(0, 16).replace('T', ' ')} UTC${lag}`;
  });
  const more = streams.length > shown.length ? ` and ${String(streams.length - shown.length)} more` : '';
  return `Last collection: ${shown.join(', ')}${more}.`;
}

function streamHealth(row: Row): StreamHealth {
  const lag = row['lag_seconds'];
  return {
    stream: String(row['stream']),
    scopes: Number(row['scopes']),
    lastOkAt: row['last_ok_at'] instanceof Date ? row['last_ok_at'].toISOString() : null,
    lagSeconds: typeof lag === 'number' ? Math.max(0, Math.round(lag)) : null,
    failing: Number(row['failing']),
  };
}

function heldText({ repos, has_changes: hasChanges }: Row): string {
  const places = `${String(repos)} ${repos === 1 ? 'repository' : 'repositories'}`;
  return `${places} ${hasChanges === true ? 'with merged changes' : 'without a merged change yet'}`;
}

function duration(seconds: number): string {
  const units: ReadonlyArray<readonly [number, string]> = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ];
  const unit = units.find(([size]) => seconds >= 2 * size);
  return unit === undefined ? `${String(seconds)} s` : `${String(Math.round(seconds / unit[0]))} ${unit[1]}`;
}
