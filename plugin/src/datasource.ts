import {
  CoreApp,
  type AdHocVariableFilter,
  type AnnotationQuery,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetDrilldownsApplicabilityOptions,
  type DataSourceGetRecommendedDrilldownsOptions,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DrilldownRecommendation,
  type DrilldownsApplicability,
  type MetricFindValue,
  type ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { map, of, type Observable } from 'rxjs';
import { shapeAnswer } from './editor/answer/shape-answer.ts';
import { AnnotationEditor } from './editor/query/AnnotationEditor.tsx';
import { annotationMetrics } from './editor/state/annotation-metrics.ts';
import { dimensionLabel } from './editor/state/dimension-labels.ts';
import { displayText } from './editor/state/display-text.ts';
import { applicability, askedBy, grouped, keysOf, recommendedGroups } from './editor/state/drilldowns.ts';
import { fillFilters, fillVariables } from './editor/state/fill-variables.ts';
import type { MetricSource, ThroughlineJson, ValueLookup } from './editor/state/metric-source.ts';
import { forPanel } from './editor/state/for-panel.ts';
import { readQuery } from './editor/state/query-state.ts';
import { VariableResolver, variableReferences, type VariableReference } from './editor/state/template-variables.ts';
import { notCompared, shiftOf, whyNotCompared } from './editor/state/time-compare.ts';
import { ianaZone } from './editor/state/time-zone.ts';
import type { DimensionValue, StoredFilters, ThroughlineQuery } from './editor/state/types.ts';
import { dimensionOf } from './editor/state/variable-query.ts';
import { ThroughlineVariables } from './editor/variables/variable-support.ts';
import type { Dimension, Metric } from './metrics/define.ts';
import { firstMetric } from './metrics/first-metric.ts';
import type { MetricRegistry } from './metrics/query.ts';
import { metrics as allMetrics } from './metrics/registry.generated.ts';

/** The browser's side of the data source: fills in what only the browser knows; everything else is the backend's. */
export class DataSource extends DataSourceWithBackend<ThroughlineQuery, ThroughlineJson> implements MetricSource {
  /** Every metric, by id. */
  readonly metrics: MetricRegistry;

  constructor(settings: DataSourceInstanceSettings<ThroughlineJson>, metrics: readonly Metric[] = allMetrics) {
    super(settings);
    this.metrics = new Map(metrics.map((metric) => [metric.id, metric]));
    this.variables = new ThroughlineVariables(this);
    const queryType = annotationMetrics(this.metrics)[0]?.id ?? '';
    this.annotations = {
      QueryEditor: AnnotationEditor,
      getDefaultQuery: () => ({ queryType }),
      // The default is only shown by the editor: without this, a new annotation runs no query until it is changed.
      prepareAnnotation: (stored: AnnotationQuery<ThroughlineQuery> & { query?: unknown }) =>
        stored.target === undefined && stored.query === undefined
          ? { ...stored, target: { refId: 'Anno', queryType } }
          : stored,
    };
  }

  /**
   * Gives a query that leaves it open the shape of its panel, adds the dashboard's groups and the viewer's time zone, which template variables
   * cannot tell everywhere, and to the answer links to the rows behind it. A time comparison that would show the same numbers again is told instead.
   */
  override query(request: DataQueryRequest<ThroughlineQuery>): Observable<DataQueryResponse> {
    const tz = ianaZone(request.timezone);
    const shift = shiftOf(request);
    const shaped = request.targets.map((target) => {
      const metric = this.metrics.get(readQuery(target).queryType);
      const own = grouped(forPanel(target, metric, request), this.metrics, request.groupByKeys);
      return { target: tz === undefined ? own : { ...own, tz }, why: whyNotCompared(own, metric, shift) };
    });
    const same = shaped.flatMap(({ target, why }) => (why === null ? [] : [notCompared(target, why)]));
    const targets = shaped.flatMap(({ target, why }) => (why === null ? [target] : []));
    if (targets.length === 0) {
      return of({ data: same });
    }
    const sent = targets.map((target) => this.applyTemplateVariables(target, request.scopedVars, request.filters));
    const place = { uid: this.uid, name: this.name, metrics: this.metrics, request, sent };
    return super.query({ ...request, targets }).pipe(
      map((response) => shapeAnswer(response, place)),
      map((response) =>
        same.length === 0 ? response : { ...response, data: [...(response.data as DataFrame[]), ...same] }
      )
    );
  }

  override filterQuery(query: ThroughlineQuery): boolean {
    return query.hide !== true && readQuery(query).queryType !== '';
  }

  override applyTemplateVariables(
    query: ThroughlineQuery,
    scopedVars: ScopedVars,
    adhocFilters: AdHocVariableFilter[] = []
  ): ThroughlineQuery {
    const metric = this.metrics.get(readQuery(query).queryType);
    return fillVariables(query, { metric, resolver: this.resolver(scopedVars), adhocFilters });
  }

  /**
   * One that any store answers. None in alert rules: there Grafana shows the default without storing it, and the rule would run without a metric.
   */
  override getDefaultQuery(app: CoreApp): Partial<ThroughlineQuery> {
    const metric = firstMetric([...this.metrics.values()]);
    return app === CoreApp.UnifiedAlerting || metric === undefined ? {} : { queryType: metric.id };
  }

  override getQueryDisplayText(query: ThroughlineQuery): string {
    return displayText(query, this.metrics);
  }

  /** Keys of ad-hoc filters: dimensions that the dashboard's metrics can be filtered by. */
  override getTagKeys(options?: DataSourceGetTagKeysOptions<ThroughlineQuery>): Promise<MetricFindValue[]> {
    return Promise.resolve(this.named(keysOf(askedBy(options?.queries, this.metrics), 'filter')));
  }

  /** Keys of group-by: dimensions that the dashboard's metrics can be split by. */
  getGroupByKeys(options?: DataSourceGetTagKeysOptions<ThroughlineQuery>): Promise<MetricFindValue[]> {
    return Promise.resolve(this.named(keysOf(askedBy(options?.queries, this.metrics), 'group')));
  }

  /** Which filters and groups of the dashboard the queries of a panel can use, and why not the others. */
  getDrilldownsApplicability(
    options: DataSourceGetDrilldownsApplicabilityOptions<ThroughlineQuery> = {}
  ): Promise<DrilldownsApplicability[]> {
    return Promise.resolve(applicability(options, askedBy(options.queries, this.metrics)));
  }

  /** Groups worth a click on this dashboard. */
  getRecommendedDrilldowns({
    queries,
    groupByKeys,
  }: DataSourceGetRecommendedDrilldownsOptions<ThroughlineQuery> = {}): Promise<DrilldownRecommendation> {
    const groups = recommendedGroups(askedBy(queries, this.metrics), groupByKeys ?? []);
    return Promise.resolve({ filters: [], groupByKeys: [...groups] });
  }

  override async getTagValues(options: DataSourceGetTagValuesOptions<ThroughlineQuery>): Promise<MetricFindValue[]> {
    const dimension = dimensionOf(options.key);
    if (dimension === undefined) {
      return [];
    }
    const filters: StoredFilters = {};
    for (const { key, operator, value, values } of options.filters) {
      const other = dimensionOf(key);
      if (other !== undefined && other !== dimension && (operator === '=' || operator === '=|')) {
        filters[other] = values !== undefined && values.length > 0 ? values : [value];
      }
    }
    return [...(await this.dimensionValues(dimension, { filters }))];
  }

  /** Values of a dimension that the store knows, best for a picker: at most 2000, the search narrows them. */
  async dimensionValues(dimension: Dimension, lookup: ValueLookup = {}): Promise<readonly DimensionValue[]> {
    const filters = fillFilters(lookup.filters ?? {}, this.resolver(lookup.scopedVars ?? {}));
    const answer = await this.getResource<{ values: DimensionValue[] }>(`dimensions/${dimension}`, {
      ...(lookup.search === undefined || lookup.search === '' ? {} : { search: lookup.search }),
      ...(Object.keys(filters).length === 0 ? {} : { filters: JSON.stringify(filters) }),
    });
    return answer.values;
  }

  /** Template variables that a picker can offer. */
  variableReferences(): VariableReference[] {
    return variableReferences(getTemplateSrv());
  }

  private named(dimensions: readonly Dimension[]): MetricFindValue[] {
    return dimensions.map((value) => ({ text: dimensionLabel(value), value }));
  }

  private resolver(scopedVars: ScopedVars): VariableResolver {
    return new VariableResolver(getTemplateSrv(), scopedVars);
  }
}
