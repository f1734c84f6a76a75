/**
 * Questions asked in a terminal: by `npm run query` and `npm start`. Whoever asks holds the store's password and, where the store holds git
 * facts alone, the history that every number rests on: small groups are shown then. A store with telemetry keeps them hidden, here too.
 */
import { computes } from '../metrics/compute.generated.ts';
import type { Column, Notice, ParamValues, Row } from '../metrics/define.ts';
import { columnsOf, parseQuery } from '../metrics/query.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { sql } from '../metrics/sql.generated.ts';
import { readSettings, type ConnectionSettings } from '../settings.ts';
import { requireLooker } from './query/asker.ts';
import { makeCatalog } from './query/catalog.ts';
import { whyNotCollected } from './query/not-collected.ts';
import { explainEmpty } from './query/explain-empty.ts';
import { prepareGated } from './query/gate/gate.ts';
import { runQuestion } from './query/gate/run-question.ts';
import { holdsGitFactsAlone } from './query/git-facts.ts';
import { noteOpening, type Opener } from './query/note-opening.ts';
import { computeRows, type EngineParts, type PreparedQuery } from './query/run-metric.ts';
import { requireTeams, whyBeyondTeams, withinTeams } from './query/team-scope.ts';
import { BackendError } from './errors.ts';
import { Store } from './store/database.ts';
import { migrations } from './store/schema.generated.ts';
import { StoreInfoCache } from './store/store-info.ts';

export interface Question {
  readonly metric: string;
  readonly params?: ParamValues | Readonly<Record<string, unknown>>;
  readonly from: Date;
  readonly to: Date;
  /** IANA zone of the buckets. Default: that of the organisation. */
  readonly tz?: string;
  /** Who is shown rows behind numbers, where that is noted. Absent = whoever holds the store's password. */
  readonly opener?: Opener;
}

/** A question as it was answered: every param, and the range after it was cut to what may be asked for. */
export interface Answered {
  readonly params: ParamValues;
  readonly from: Date;
  readonly to: Date;
  readonly tz: string;
  /** Groups of fewer people are hidden; null = small groups are shown. */
  readonly leastPeople: number | null;
}

export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Before the cut at MAX_ROWS. */
  readonly totalRows: number;
  /** Of the metric itself; why there is no row, where there is none. */
  readonly notices: readonly Notice[];
  /** Why hidden rows are hidden, where the gate says it. */
  readonly whyHidden?: string;
  readonly answered: Answered;
}

export interface Terminal {
  readonly showsSmallGroups: boolean;
  /** @throws QueryError, BackendError. */
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** Every metric there is. */
export const catalog = makeCatalog(metrics, sql, computes);

/** Opens a store for questions. @throws BackendError from the connection, `schema_*`. */
export async function openTerminal(settings: ConnectionSettings, signal: AbortSignal): Promise<Terminal> {
  const store = new Store(settings);
  try {
    const info = await new StoreInfoCache(store, migrations).read(signal);
    const showsSmallGroups = await holdsGitFactsAlone(store, signal);
    const parts = { catalog, store, info, signal, smallGroups: showsSmallGroups ? 'shown' : 'hidden' } as const;
    return { showsSmallGroups, ask: (question) => askOnce(parts, question), close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** One question, through the same gate as a panel's. @throws QueryError, BackendError. */
export async function askOnce(
  parts: EngineParts,
  { metric, params = {}, from, to, tz, opener }: Question
): Promise<Answer> {
  const stored = { queryType: metric, params, version: 1, ...(tz === undefined ? {} : { tz }) };
  const { teams } = parts.store.settings;
  await requireTeams(parts);
  const request = { stored: withinTeams(stored, parts.catalog.metrics, teams), from, to, isAlert: false };
  const now = new Date();
  requireLooker(parseQuery(request.stored, parts.catalog.metrics).metric, false);
  const gated = await prepareGated(parts, request, now);
  const { parsed, params: asked } = gated.prepared;
  const refused =
    whyBeyondTeams(parsed.metric, asked, teams) ?? whyNotCollected(parsed, parts.info.settings) ?? gated.refused;
  const without = (why: Notice): Answer => ({ columns: columnsFor(gated.prepared), rows: [], totalRows: 0, notices: [why], answered: answeredOf(gated.prepared) }); // prettier-ignore
  if (refused !== undefined) return without(refused);
  const { prepared, result } = await runQuestion(parts, { request, gated, now });
  const computed = computeRows(parts.catalog, prepared, result);
  const rowCount = computed.rows.length;
  const unnoted = opener === undefined ? null : await noteOpening(parts, prepared, { opener, rowCount });
  if (unnoted !== null) return without(unnoted);
  const why = rowCount === 0 ? [await explainEmpty(parts, prepared)] : [];
  return {
    ...computed,
    columns: columnsFor(prepared),
    notices: [...computed.notices, ...why],
    answered: answeredOf(prepared),
  };
}

const columnsFor = ({ parsed, params }: PreparedQuery): readonly Column[] => columnsOf(parsed.metric, params);

const answeredOf = ({ params, from, to, tz, settings, smallGroups }: PreparedQuery): Answered => ({
  params,
  from,
  to,
  tz,
  leastPeople: smallGroups === 'shown' ? null : settings.k,
});

/** Settings of a Postgres URL; `name` = where it was given. @throws BackendError `bad_value` naming that and never the URL, `bad_settings`. */
export function settingsOfUrl(text: string, name = 'DATABASE_URL'): ConnectionSettings {
  if (!URL.canParse(text)) {
    throw badUrl(`${name} is no URL: use postgres://user:password@host:port/database.`);
  }
  const url = new URL(text);
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  const decoded = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch (cause) {
      throw badUrl(`${name} has a % that begins no code, in its user, password, host or database: write % itself as %25.`, cause); // prettier-ignore
    }
  };
  const json = {
    host: url.searchParams.get('host') ?? decoded(url.hostname),
    port: url.port === '' ? 5432 : Number(url.port),
    database: decoded(url.pathname.slice(1)),
    user: decoded(url.username),
    tlsMode: mode === 'prefer' || mode === 'allow' ? 'disable' : mode,
  };
  return readSettings(json, { password: decoded(url.password) });
}

const badUrl = (message: string, cause?: unknown): BackendError =>
  new BackendError({ code: 'bad_value', status: 400, message, ...(cause === undefined ? {} : { cause }) });
