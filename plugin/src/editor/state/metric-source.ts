import type { DataSourceApi, DataSourceJsonData, ScopedVars } from '@grafana/data';
import type { Dimension } from '../../metrics/define.ts';
import type { MetricRegistry } from '../../metrics/query.ts';
import type { DataSourceJson } from '../../settings.ts';
import type { VariableReference } from './template-variables.ts';
import type { DimensionValue, StoredFilters, ThroughlineQuery } from './types.ts';

export type ThroughlineJson = DataSourceJsonData & DataSourceJson;

/** Which values of a dimension to look up. */
export interface ValueLookup {
  readonly search?: string;
  /** Values of other dimensions that narrow them; may hold template variables. */
  readonly filters?: StoredFilters;
  readonly scopedVars?: ScopedVars;
}

/** What the editors ask of the data source. */
export interface MetricSource extends DataSourceApi<ThroughlineQuery, ThroughlineJson> {
  /** Every metric, by id. */
  readonly metrics: MetricRegistry;
  /** Values of a dimension that the store knows. */
  dimensionValues(dimension: Dimension, lookup?: ValueLookup): Promise<readonly DimensionValue[]>;
  /** Template variables that a picker can offer. */
  variableReferences(): VariableReference[];
}
