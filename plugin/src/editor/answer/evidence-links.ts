import type { DataFrame, DataLink, DataQueryResponse, Field, ScopedVars, TimeRange } from '@grafana/data';
import { DIMENSIONS, type Column, type Metric, type ParamValues } from '../../metrics/define.ts';
import { columnsOf, evidenceOf, QUERY_VERSION, type MetricRegistry } from '../../metrics/query.ts';
import { answeredRange } from './answer-facts.ts';
import { readQuery, valuesWithDefaults } from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';

/** The data source that the rows are read from. */
export interface EvidenceSource {
  readonly uid: string;
  readonly name: string;
  readonly metrics: MetricRegistry;
  /** Range asked for. The rows are those of the range that was answered, where the frame tells another. */
  readonly range: TimeRange;
}

const TITLE = 'Rows behind this number';

/**
 * Gives every number of a result (the first of each table row) a link that opens the rows behind it in Explore, with the same filters and the same group.
 * Links that a panel sets itself take their place.
 * @param sent the queries as they were sent, variables filled in
 */
export function withEvidenceLinks(
  response: DataQueryResponse,
  sent: readonly ThroughlineQuery[],
  source: EvidenceSource
): DataQueryResponse {
  const evidence = source.metrics.get('evidence');
  if (evidence === undefined) {
    return response;
  }
  const queries = new Map(sent.map((query) => [query.refId, query]));
  const data = response.data.map((frame: DataFrame) => {
    const query = queries.get(frame.refId ?? '');
    return query === undefined ? frame : linkedFrame(frame, query, { ...source, evidence });
  });
  return { ...response, data };
}

type Target = EvidenceSource & { readonly evidence: Metric };

function linkedFrame(frame: DataFrame, query: ThroughlineQuery, target: Target): DataFrame {
  const { queryType, params, fault } = readQuery(query);
  const metric = target.metrics.get(queryType);
  const values = metric === undefined || fault !== null ? {} : valuesWithDefaults(metric, params);
  const rows = metric === undefined ? undefined : evidenceOf(metric, values);
  if (metric === undefined || rows === undefined) {
    return frame;
  }
  const columns = columnsOf(metric, values);
  // One link a row: the number that series and alerts show. All numbers of a row rest on the same rows.
  const main = columns.find(({ role }) => role === 'value') ?? columns.find(({ role }) => role === 'count');
  const fields = frame.fields.map((field) => {
    if (field.name !== main?.name) {
      return field;
    }
    const link = linkTo({ ...target, range: answeredRange(frame, target.range) }, ({ scopedVars }) => ({
      refId: query.refId,
      queryType: 'evidence',
      version: QUERY_VERSION,
      params: {
        ...filtersOf(target.evidence, values, groupOf(field, columns, scopedVars)),
        mode: rows.mode,
        ...(rows.only === undefined ? {} : { only: rows.only }),
      },
      ...adhocOf(query, target.evidence),
    }));
    return { ...field, config: { ...field.config, links: [...(field.config.links ?? []), link] } };
  });
  return { ...frame, fields };
}

type QueryOfClick = (click: { readonly scopedVars: ScopedVars }) => ThroughlineQuery;

function linkTo({ uid, name, range }: Target, query: QueryOfClick): DataLink<ThroughlineQuery> {
  return { title: TITLE, url: '', internal: { datasourceUid: uid, datasourceName: name, query, range } };
}

/** What the value is of: the labels of its series, or the label cells of the row that was clicked. */
function groupOf(field: Field, columns: readonly Column[], scopedVars: ScopedVars): Record<string, string> {
  // A table has no labels, or empty ones once it has come over the wire.
  if (field.labels !== undefined && Object.keys(field.labels).length > 0) {
    return field.labels;
  }
  const { frame, rowIndex } = (scopedVars['__dataContext']?.value ?? {}) as Partial<ClickedCell>;
  const cells = columns.flatMap(({ name, role }): Array<[string, string]> => {
    const cell: unknown = frame?.fields.find((sibling) => sibling.name === name)?.values[rowIndex ?? -1];
    return role === 'label' && typeof cell === 'string' ? [[name, cell]] : [];
  });
  return Object.fromEntries(cells);
}

/** What Grafana tells of a clicked cell: the value itself, where `${__data.fields}` has only its text on the screen. */
interface ClickedCell {
  readonly frame: DataFrame;
  readonly rowIndex: number;
}

/** Filters that the rows understand; a group narrows its own dimension to itself. */
function filtersOf(evidence: Metric, values: ParamValues, group: Record<string, string>): Record<string, unknown> {
  const filters: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(evidence.params)) {
    if (param.kind === 'filter') {
      const chosen = Object.hasOwn(group, name) ? [group[name]] : values[name];
      if (Array.isArray(chosen) && chosen.length > 0) {
        filters[name] = chosen;
      }
    }
  }
  return filters;
}

function adhocOf(query: ThroughlineQuery, evidence: Metric): Pick<ThroughlineQuery, 'adhocFilters'> {
  const known: readonly string[] = DIMENSIONS.filter((dimension) => evidence.params[dimension]?.kind === 'filter');
  const kept = (query.adhocFilters ?? []).filter((filter) => known.includes((filter as { key: string }).key));
  return kept.length === 0 ? {} : { adhocFilters: kept };
}
