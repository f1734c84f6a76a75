/** Every error that the backend shows: a stable code, a message with the way out, an HTTP-like status and who is at fault. */
import { QueryError } from '../metrics/query.ts';
import { SettingsError } from '../settings.ts';

/** Every code, as docs/troubleshooting.md lists them. */
export const BACKEND_CODES = [
  'bad_query',
  'own_numbers',
  'unknown_metric',
  'unknown_param',
  'bad_value',
  'bad_settings',
  'wrong_password',
  'database_missing',
  'host_unreachable',
  'tls_failed',
  'too_many_connections',
  'connection_lost',
  'schema_missing',
  'schema_older',
  'schema_newer',
  'store_extension',
  'permission_denied',
  'team_out_of_scope',
  'team_unknown',
  'query_timeout',
  'store_failed',
  'cancelled',
  'too_many_series',
  'too_many_rows',
  'not_found',
  'shutting_down',
  'internal',
] as const;
export type BackendCode = (typeof BACKEND_CODES)[number];

/** Whose fault, in Grafana's words: `downstream` = the store, its settings or the query; `plugin` = this program. */
export type ErrorSource = 'downstream' | 'plugin';

export interface BackendErrorFields {
  readonly code: BackendCode;
  readonly message: string;
  readonly status: number;
  readonly source?: ErrorSource;
  readonly cause?: unknown;
}

export class BackendError extends Error {
  readonly code: BackendCode;
  /** HTTP-like status of the answer. */
  readonly status: number;
  readonly source: ErrorSource;

  constructor(fields: BackendErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'BackendError';
    this.code = fields.code;
    this.status = fields.status;
    this.source = fields.source ?? 'downstream';
  }
}

/** Where a connection went, for messages. Never the password. */
export interface ConnectionPlace {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

interface DriverError {
  readonly code?: string;
  readonly message: string;
}

type Explanation = readonly [
  code: BackendCode,
  status: number,
  message: (place: ConnectionPlace, cause: DriverError) => string,
];

const at = ({ host, port }: ConnectionPlace) => `${host}:${port}`;

/** By SQLSTATE, error code of Node, or words of the driver where it gives no code. */
const EXPLANATIONS: ReadonlyArray<readonly [RegExp, Explanation]> = [
  [
    /^28P01$/,
    [
      'wrong_password',
      401,
      (p) => `The store at ${at(p)} refused the password of user "${p.user}". Enter it again in the data source.`,
    ],
  ],
  [
    /^28000$/,
    [
      'wrong_password',
      401,
      (p, e) => `The store at ${at(p)} refused user "${p.user}": ${e.message}. Check user, TLS mode and pg_hba.conf.`,
    ],
  ],
  [
    /SASL|client password must be a string/,
    [
      'wrong_password',
      401,
      (p) => `The store at ${at(p)} asks user "${p.user}" for a password and none is set. Enter it in the data source.`,
    ],
  ],
  [
    /^3D000$/,
    [
      'database_missing',
      502,
      (p) =>
        `The server at ${at(p)} has no database "${p.database}". Check the database name, or run the collector once.`,
    ],
  ],
  [
    /^(ECONNREFUSED|ENOENT)$/,
    [
      'host_unreachable',
      502,
      (p) =>
        `Nothing listens at ${at(p)}. Check host and port, and that Postgres is running and reachable from Grafana.`,
    ],
  ],
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    [
      'host_unreachable',
      502,
      (p) =>
        `The host name "${p.host}" is unknown. Check the host of the data source and the DNS of the Grafana server.`,
    ],
  ],
  [
    /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$|timeout expired|connect timeout|due to connection timeout/,
    [
      'host_unreachable',
      504,
      (p) => `No answer from ${at(p)}. Check host, port and firewalls between Grafana and the store.`,
    ],
  ],
  [
    /does not support SSL/,
    [
      'tls_failed',
      502,
      (p) => `The server at ${at(p)} does not speak TLS. Set the TLS mode to "disable", or switch TLS on in Postgres.`,
    ],
  ],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|ERR_OSSL_\w+)$|certificate|there was an error establishing an SSL connection/i,
    [
      'tls_failed',
      502,
      (p, e) =>
        `TLS with ${at(p)} failed: ${e.message}. Check the TLS mode and the certificate authority of the data source.`,
    ],
  ],
  [
    /^(53300|53400)$/,
    [
      'too_many_connections',
      503,
      (p) =>
        `The server at ${at(p)} has no connection left for user "${p.user}". Lower the pool size or raise max_connections.`,
    ],
  ],
  [
    /^42501$/,
    [
      'permission_denied',
      403,
      (p, e) =>
        `User "${p.user}" may not read what the query needs (${e.message}). Use throughline_reader, or grant that role to it.`,
    ],
  ],
  [
    /^(57P0[1-5]|08\w{3}|ECONNRESET|EPIPE)$|Connection terminated|Connection ended/,
    [
      'connection_lost',
      503,
      (p) =>
        `The connection to ${at(p)} was lost in the middle of a query. The next query connects again; if it stays so, check the server's log.`,
    ],
  ],
  [
    /^57014$/,
    [
      'query_timeout',
      504,
      (p) =>
        `The store at ${at(p)} stopped the query: it ran longer than the query timeout. Choose a shorter range or fewer groups, or raise the timeout.`,
    ],
  ],
  [
    /^2201B$/,
    ['bad_value', 400, (_, e) => `The regular expression of an ad-hoc filter is no such thing: ${e.message}.`],
  ],
  [
    /^(53|58|XX|F0)\w{3}$/,
    [
      'store_failed',
      502,
      (p, e) => `The store at ${at(p)} reports a fault of its own: ${e.message}. See the server's log.`,
    ],
  ],
];

/** Any thrown value as a BackendError. `place` is null where no connection was involved. */
export function toBackendError(cause: unknown, place: ConnectionPlace | null = null): BackendError {
  if (cause instanceof BackendError) {
    return cause;
  }
  if (cause instanceof QueryError) {
    return new BackendError({ code: cause.code, message: cause.message, status: 400, cause });
  }
  if (cause instanceof SettingsError) {
    return new BackendError({ code: 'bad_settings', message: cause.message, status: 400, cause });
  }
  const driver = driverError(cause);
  const known = EXPLANATIONS.find(
    ([pattern]) => pattern.test(driver.code ?? '') || (driver.code === undefined && pattern.test(driver.message))
  );
  if (place !== null && known !== undefined) {
    const [code, status, message] = known[1];
    return new BackendError({ code, message: message(place, driver), status, cause });
  }
  return new BackendError({
    code: 'internal',
    message: `The plugin could not answer: ${driver.message}. This is a fault of the plugin; the Grafana log has the details.`,
    status: 500,
    source: 'plugin',
    cause,
  });
}

/** The answer to a query that Grafana gave up. */
export function cancelled(): BackendError {
  return new BackendError({ code: 'cancelled', message: 'The query was cancelled.', status: 499 });
}

/** Duck-typed: errors of Node itself are of another realm inside a test runner. */
function driverError(cause: unknown): DriverError {
  const { errors } = asObject(cause);
  // Node reports one failed attempt per address (IPv4, IPv6): the first says enough.
  const first: unknown = Array.isArray(errors) && errors.length > 0 ? errors[0] : cause;
  const { message, code } = asObject(first);
  return {
    message: typeof message === 'string' ? message : String(first),
    ...(typeof code === 'string' ? { code } : {}),
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
