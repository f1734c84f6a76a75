import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { from, map, of, type Observable } from 'rxjs';
import type { MetricSource } from '../state/metric-source.ts';
import type { VariableQuery } from '../state/types.ts';
import { VariableEditor } from './VariableEditor.tsx';
import { readVariableQuery } from '../state/variable-query.ts';

/** Template variables: the values of one dimension, narrowed by other variables or fixed values. */
export class ThroughlineVariables extends CustomVariableSupport<MetricSource, VariableQuery> {
  editor = VariableEditor;
  private readonly datasource: MetricSource;

  constructor(datasource: MetricSource) {
    super();
    this.datasource = datasource;
  }

  override query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const { dimension, filters = {} } = readVariableQuery(request.targets[0]);
    if (dimension === undefined) {
      return of({ data: [] });
    }
    const { scopedVars } = request;
    return from(this.datasource.dimensionValues(dimension, { filters, scopedVars })).pipe(
      map((values) => ({ data: [...values] }))
    );
  }

  override getDefaultQuery(): Partial<VariableQuery> {
    return { refId: 'A', dimension: 'team' };
  }
}
