/** Calls of the editors beside queries: the metrics there are, and the values of dimensions. */
import { DIMENSIONS } from '../../metrics/define.ts';
import { isRecord, shown } from '../../metrics/query-error.ts';
import { MOST_CHARACTERS, MOST_VALUES } from '../../metrics/query-param.ts';
import { splitsAi, storedSources } from '../../metrics/parts/ai-group.ts';
import { readOneAi } from '../query/ai-group.ts';
import { lookOf } from '../frames/words.ts';
import type { Catalog } from '../query/catalog.ts';
import { dimensionValues, isDimension, MAX_VALUES, type DimensionFilters } from '../query/dimensions.ts';
import { isWhole } from '../query/gate/gate.ts';
import { readRows } from '../query/gate/while-facts-stay.ts';
import { leastPeople } from '../query/least-people.ts';
import { filtersWithin, requireTeams } from '../query/team-scope.ts';
import { BackendError, toBackendError } from '../errors.ts';
import type { Instance } from '../store/instances.ts';

export interface ResourceRequest {
  /** `dimensions/team`, without a leading slash. */
  readonly path: string;
  readonly method: string;
  /** `dimensions/team?search=pay&filters={"repo":["a"]}`. */
  readonly url: string;
  readonly body: string;
}

type ResourceArguments = Pick<ResourceRequest, 'url' | 'body'>;

export interface ResourceAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One value of a dimension: `text` is shown, `value` is stored. */
export interface DimensionValue {
  readonly text: string;
  readonly value: string;
}

interface ResourceContext {
  readonly catalog: Catalog;
  readonly instance: () => Instance;
  readonly signal: AbortSignal;
}

/**
 * Answers one call. Never throws.
 * - `metrics`: everything the metrics declare.
 * - `dimensions`: names of the dimensions (keys of ad-hoc filters).
 * - `dimensions/<name>`: `{ values, isCut }`; query or JSON body may hold `search` and `filters` (values of other dimensions).
 */
export async function answerResource(request: ResourceRequest, context: ResourceContext): Promise<ResourceAnswer> {
  try {
    const [root = '', name = '', ...rest] = request.path.replace(/^\/+|\/+$/g, '').split('/');
    if (rest.length === 0 && root === 'metrics' && name === '') {
      return { status: 200, body: [...context.catalog.metrics.values()] };
    }
    if (rest.length === 0 && root === 'dimensions') {
      return {
        status: 200,
        body:
          name === '' ? DIMENSIONS.map((value) => ({ text: value, value })) : await valuesOf(name, request, context),
      };
    }
    throw notFound(`There is no resource "${request.path}". Known: metrics, dimensions, dimensions/<name>.`);
  } catch (error) {
    const { code, message, status } = toBackendError(error);
    return { status, body: { code, message, error: message } };
  }
}

/** Values of a dimension. @throws BackendError, as `team_out_of_scope`. */
export async function valuesOf(
  name: string,
  request: ResourceArguments,
  context: ResourceContext
): Promise<{ values: DimensionValue[]; isCut: boolean; isUnfiltered?: true }> {
  if (!isDimension(name)) {
    throw notFound(`There is no dimension "${name}". Known: ${DIMENSIONS.join(', ')}.`);
  }
  const { search, filters: given } = readArguments(request);
  const { store, info } = context.instance();
  const { teams } = store.settings;
  const filters = filtersWithin(given, teams);
  const { settings } = await info.read(context.signal);
  const { k, fixedK } = leastPeople(settings, store.settings.smallestGroup);
  // Of seniority never fewer, whatever was agreed.
  const least = name === 'seniority' || (filters.seniority ?? []).length > 0 ? Math.max(k, fixedK) : k;
  const parts = { catalog: context.catalog, store, info: { migrations: [], settings }, signal: context.signal };
  await requireTeams(parts);
  // Values of a dimension are never narrowed by its own filter; and not by others that together leave a few people: those are not told of.
  const isOneAi = await readOneAi(parts);
  const isPart = isOneAi && splitsAi(storedSources(filters.code_source ?? []));
  const isNarrowed = !isPart && (await isWhole(parts, { ...filters, [name]: [] }, least));
  const among = name === 'team' && teams !== null ? { among: teams } : {};
  const narrowed = isNarrowed ? filters : filtersWithin({}, teams);
  const sql = dimensionValues(name, narrowed, { search, limit: MAX_VALUES + 1, least, isOneAi, ...among });
  // Every viewer of a board asks for the values of its variables; what somebody types is theirs.
  const rows =
    search === ''
      ? await readRows(parts, sql)
      : (await store.run(sql, { signal: context.signal, maxRows: MAX_VALUES + 1 })).rows;
  const values = rows.map((row): DimensionValue => {
    const value = String(row['value']);
    const word = lookOf(name, value).text ?? value;
    return { value, text: typeof row['title'] === 'string' && row['title'] !== '' ? row['title'] : word };
  });
  // What few people stand behind narrows nothing, and whoever asked is told so.
  const isUnfiltered = !isNarrowed && Object.entries(given).some(([by, chosen]) => by !== name && chosen.length > 0);
  return { values: values.slice(0, MAX_VALUES), isCut: values.length > MAX_VALUES, ...(isUnfiltered ? { isUnfiltered } : {}) }; // prettier-ignore
}

function readArguments(request: ResourceArguments): { search: string; filters: DimensionFilters } {
  const query = new URLSearchParams(request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '');
  const body = request.body.trim() === '' ? {} : parseJson(request.body, 'body');
  const given = query.get('filters');
  const filters = given === null ? (isRecord(body) ? body['filters'] : undefined) : parseJson(given, 'filters');
  const search = query.get('search') ?? (isRecord(body) && typeof body['search'] === 'string' ? body['search'] : '');
  if (search.length > MOST_CHARACTERS) {
    throw badRequest(
      `"search" is ${String(search.length)} characters long; at most ${String(MOST_CHARACTERS)} are allowed.`
    );
  }
  return { search: search.replaceAll('\0', ''), filters: readFilters(filters ?? {}) };
}

function readFilters(given: unknown): DimensionFilters {
  if (!isRecord(given)) {
    throw badRequest('"filters" must be an object of lists, e.g. {"team": ["payments"]}.');
  }
  const filters: DimensionFilters = {};
  for (const [name, value] of Object.entries(given)) {
    if (!isDimension(name)) {
      throw badRequest(
        `"filters" names the unknown dimension "${name.slice(0, 80)}". Known: ${DIMENSIONS.join(', ')}.`
      );
    }
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > MOST_VALUES) {
      throw badRequest(
        `"filters.${name}" has ${String(list.length)} values; at most ${String(MOST_VALUES)} are allowed.`
      );
    }
    const wrong = list.find((entry) => typeof entry !== 'string' || entry.length > MOST_CHARACTERS);
    if (wrong !== undefined) {
      throw badRequest(
        `"filters.${name}" holds ${shown(wrong)}: each must be a text of at most ${String(MOST_CHARACTERS)} characters.`
      );
    }
    const texts = list as readonly string[];
    filters[name] = texts.includes('$__all') ? [] : texts.filter((entry) => entry !== '' && !entry.includes('\0'));
  }
  return filters;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest(`"${what}" is no JSON.`);
  }
}

function badRequest(message: string): BackendError {
  return new BackendError({ code: 'bad_value', status: 400, message });
}

function notFound(message: string): BackendError {
  return new BackendError({ code: 'not_found', status: 404, message });
}
