/** The settings of a data source: what Grafana stores, with defaults, for the config editor and the backend. Pure TypeScript. */

/** How the connection to Postgres is encrypted. `require` does not check who answers; `verify-full` checks chain and host name. */
export const TLS_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** Who sees the rows behind numbers (`rowReaders`). */
export const ROW_READERS = ['everybody', 'editors', 'admins', 'nobody'] as const;
export type RowReaders = (typeof ROW_READERS)[number];

/** `jsonData` as stored: everything may be absent. */
export interface DataSourceJson {
  /** Host name, address, or the folder of a unix socket. */
  host?: string;
  /** Default 5432. */
  port?: number;
  /** Default "throughline". */
  database?: string;
  /** Default "throughline_reader". */
  user?: string;
  /** Default "require". */
  tlsMode?: TlsMode;
  /** Certificate authority, PEM; absent = the system's. */
  tlsCa?: string;
  /** Connections this data source may hold at once. Default 5. */
  poolSize?: number;
  /** A query is stopped after so many seconds. Default 30. */
  queryTimeoutSeconds?: number;
  /** Groups of fewer people are hidden. Default and least: the store's k (5). */
  smallestGroup?: number;
  /** Who sees the changes, deployments and incidents behind numbers. Default "editors"; public dashboards and alerts never do. */
  rowReaders?: RowReaders;
}

/** `secureJsonData`: write-only in the browser. */
export interface DataSourceSecrets {
  password?: string;
  /**
   * Ids of the teams that this data source is bound to, separated by commas or line breaks; it answers nothing about others. Absent or "*" = all.
   * Set and empty is an error, so that a variable that is not filled in opens nothing.
   */
  teams?: string;
}

/** Settings with defaults, checked. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tlsMode: TlsMode;
  /** Null = the system's authorities. */
  readonly tlsCa: string | null;
  readonly poolSize: number;
  readonly queryTimeoutMs: number;
  /** Null = the store's own k. */
  readonly smallestGroup: number | null;
  readonly rowReaders: RowReaders;
  /** Null = all teams. */
  readonly teams: readonly string[] | null;
}

/** Defaults that the config editor shows as placeholders. */
export const SETTINGS_DEFAULTS = {
  port: 5432,
  database: 'throughline',
  user: 'throughline_reader',
  tlsMode: 'require',
  poolSize: 5,
  queryTimeoutSeconds: 30,
  rowReaders: 'editors',
} as const;

/** A setting that cannot be used: the message names the field, its value and the way out. */
export class SettingsError extends Error {
  /** Name of the field in `jsonData` or `secureJsonData`. */
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.name = 'SettingsError';
    this.field = field;
  }
}

/**
 * Checks stored settings and fills in the defaults.
 * @throws SettingsError for a missing host, a number out of range, an unknown TLS mode.
 */
export function readSettings(json: unknown, secrets: DataSourceSecrets = {}): ConnectionSettings {
  const stored =
    typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {};
  const host = text(stored, 'host', '');
  if (host === '') {
    throw new SettingsError(
      'host',
      'No host is set. Open the data source and enter the host of the Throughline store.'
    );
  }
  const ca = text(stored, 'tlsCa', '');
  return {
    host,
    port: whole(stored, 'port', { fallback: SETTINGS_DEFAULTS.port, min: 1, max: 65535 }),
    database: text(stored, 'database', SETTINGS_DEFAULTS.database),
    user: text(stored, 'user', SETTINGS_DEFAULTS.user),
    password: secrets.password ?? '',
    tlsMode: tlsModeOf(stored),
    tlsCa: ca === '' ? null : ca,
    poolSize: whole(stored, 'poolSize', { fallback: SETTINGS_DEFAULTS.poolSize, min: 1, max: 100 }),
    queryTimeoutMs:
      1000 *
      whole(stored, 'queryTimeoutSeconds', { fallback: SETTINGS_DEFAULTS.queryTimeoutSeconds, min: 1, max: 3600 }),
    smallestGroup: isGiven(stored['smallestGroup'])
      ? whole(stored, 'smallestGroup', { fallback: 5, min: 5, max: 1000 })
      : null,
    rowReaders: rowReadersOf(stored),
    teams: readTeams(secrets.teams),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function text(stored: Record<string, unknown>, field: string, fallback: string): string {
  const value = stored[field];
  if (!isGiven(value)) {
    return fallback;
  }
  if (typeof value !== 'string') {
    throw new SettingsError(field, `Setting "${field}" must be a text.`);
  }
  return value.trim() === '' ? fallback : value.trim();
}

function whole(
  stored: Record<string, unknown>,
  field: string,
  range: { fallback: number; min: number; max: number }
): number {
  const value = stored[field];
  if (!isGiven(value)) {
    return range.fallback;
  }
  // Provisioning files often quote numbers that come from the environment.
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < range.min || number > range.max) {
    throw new SettingsError(
      field,
      `Setting "${field}" must be a whole number from ${range.min} to ${range.max}, not ${JSON.stringify(value)}.`
    );
  }
  return number;
}

function tlsModeOf(stored: Record<string, unknown>): TlsMode {
  const given = text(stored, 'tlsMode', SETTINGS_DEFAULTS.tlsMode);
  const mode = TLS_MODES.find((candidate) => candidate === given);
  if (mode === undefined) {
    throw new SettingsError('tlsMode', `Setting "tlsMode" cannot be "${given}". Allowed: ${TLS_MODES.join(', ')}.`);
  }
  return mode;
}

function rowReadersOf(stored: Record<string, unknown>): RowReaders {
  const given = text(stored, 'rowReaders', SETTINGS_DEFAULTS.rowReaders);
  const readers = ROW_READERS.find((candidate) => candidate === given);
  if (readers === undefined) {
    throw new SettingsError(
      'rowReaders',
      `Setting "rowReaders" cannot be ${JSON.stringify(given)}. Allowed: ${ROW_READERS.join(', ')}.`
    );
  }
  return readers;
}

const ALL_TEAMS = '*';
/** As many as a filter may have. */
const MOST_TEAMS = 500;

/**
 * Teams as they are entered; null = all.
 * @throws SettingsError where none or too many are named, or "*" beside others.
 */
export function readTeams(given: string | undefined): readonly string[] | null {
  if (given === undefined || given.trim() === ALL_TEAMS) {
    return null;
  }
  const teams = [...new Set(given.split(/[,\n]/).map((name) => name.trim()))].filter((name) => name !== '');
  if (teams.length === 0) {
    throw new SettingsError(
      'teams',
      'Setting "teams" is set and names none: nothing can be asked. Enter the ids of teams, or * for all of them.'
    );
  }
  if (teams.includes(ALL_TEAMS) || teams.length > MOST_TEAMS) {
    throw new SettingsError(
      'teams',
      `Setting "teams" must be * alone for all teams, or at most ${MOST_TEAMS} ids of teams separated by commas.`
    );
  }
  return teams;
}
