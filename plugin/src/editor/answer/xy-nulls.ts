/** What an XY chart and a heat map must not draw: they put a number that is not there at zero. */
import { FieldType, type DataFrame, type DataQueryResponse } from '@grafana/data';

const AT_ZERO = new Set(['xychart', 'heatmap']);

const isNull = (value: unknown): boolean => value === null || value === undefined;

/** Numbers that are not known as NaN, which they leave out; every other panel leaves a gap where there is null. */
export function withoutNulls(response: DataQueryResponse, panelPluginId: string | undefined): DataQueryResponse {
  if (!AT_ZERO.has(panelPluginId ?? '')) return response;
  const frames = response.data as DataFrame[];
  return { ...response, data: frames.map((frame) => ({ ...frame, fields: frame.fields.map(drawable) })) };
}

function drawable(field: DataFrame['fields'][number]): DataFrame['fields'][number] {
  const values = field.values as unknown[];
  return field.type === FieldType.number && values.some(isNull)
    ? { ...field, values: values.map((value) => (isNull(value) ? Number.NaN : value)) }
    : field;
}
