import {
  CoreApp,
  type AdHocVariableFilter,
  type AnnotationQuery,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv } from '@grafana/runtime';
import { map, type Observable } from 'rxjs';
import { AnnotationEditor } from './editor/query/AnnotationEditor.tsx';
import { annotationMetrics } from './editor/state/annotation-metrics.ts';
import { dimensionLabel } from './editor/state/dimension-labels.ts';
import { displayText } from './editor/state/display-text.ts';
import { withEvidenceLinks } from './editor/state/evidence-links.ts';
import { fillFilters, fillVariables } from './editor/state/fill-variables.ts';
import type { MetricSource, ThroughlineJson, ValueLookup } from './editor/state/metric-source.ts';
import { forPanel } from './editor/state/for-panel.ts';
import { withOwnLinks } from './editor/state/own-links.ts';
import { readQuery } from './editor/state/query-state.ts';
import { VariableResolver, variableReferences, type VariableReference } from './editor/state/template-variables.ts';
import { ianaZone } from './editor/state/time-zone.ts';
import type { DimensionValue, StoredFilters, ThroughlineQuery } from './editor/state/types.ts';
import { dimensionOf } from './editor/state/variable-query.ts';
import { ThroughlineVariables } from './editor/variables/variable-support.ts';
import { DIMENSIONS, type Dimension, type Metric } from './metrics/define.ts';
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

  /** Gives a query that leaves it open the shape of its panel, adds the viewer's time zone, which template variables cannot tell everywhere, and to the answer links to the rows behind it. */
  override query(request: DataQueryRequest<ThroughlineQuery>): Observable<DataQueryResponse> {
    const tz = ianaZone(request.timezone);
    const targets = request.targets.map((target) => {
      const shaped = forPanel(target, this.metrics.get(readQuery(target).queryType), request);
      return tz === undefined ? shaped : { ...shaped, tz };
    });
    const sent = targets.map((target) => this.applyTemplateVariables(target, request.scopedVars, request.filters));
    const source = { uid: this.uid, name: this.name, metrics: this.metrics, range: request.range };
    return super
      .query({ ...request, targets })
      .pipe(map((response) => withEvidenceLinks(withOwnLinks(response), sent, source)));
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
   * The first metric that can be drawn over time. None in alert rules: there Grafana shows the default without storing it, and the
   * rule would run without a metric.
   */
  override getDefaultQuery(app: CoreApp): Partial<ThroughlineQuery> {
    const metric = [...this.metrics.values()].find(({ formats }) => formats.includes('timeseries'));
    return app === CoreApp.UnifiedAlerting || metric === undefined ? {} : { queryType: metric.id };
  }

  override getQueryDisplayText(query: ThroughlineQuery): string {
    return displayText(query, this.metrics);
  }

  /** Keys of ad-hoc filters: dimensions that the dashboard's metrics can be filtered by. */
  override getTagKeys(options?: DataSourceGetTagKeysOptions<ThroughlineQuery>): Promise<MetricFindValue[]> {
    const asked = (options?.queries ?? []).flatMap((query) => this.metrics.get(readQuery(query).queryType) ?? []);
    const filterable = new Set(
      (asked.length > 0 ? asked : [...this.metrics.values()])
        .flatMap(({ params }) => Object.values(params))
        .flatMap((param) => (param.kind === 'filter' ? [param.dimension] : []))
    );
    const keys = DIMENSIONS.filter((dimension) => filterable.has(dimension));
    return Promise.resolve(keys.map((value) => ({ text: dimensionLabel(value), value })));
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

  private resolver(scopedVars: ScopedVars): VariableResolver {
    return new VariableResolver(getTemplateSrv(), scopedVars);
  }
}
