/** What an XY chart must not draw: it puts a number that is not there at zero. */
import { FieldType, type DataFrame, type DataQueryResponse } from '@grafana/data';

const XY = 'xychart';

const isNull = (value: unknown): boolean => value === null || value === undefined;

/** Numbers that are not known as NaN, which an XY chart leaves out; every other panel leaves a gap where there is null. */
export function withoutNulls(response: DataQueryResponse, panelPluginId: string | undefined): DataQueryResponse {
  if (panelPluginId !== XY) return response;
  const frames = response.data as DataFrame[];
  return { ...response, data: frames.map((frame) => (hasNumber(frame) ? { ...frame, fields: frame.fields.map(drawable) } : saying(frame))) }; // prettier-ignore
}

const hasNumber = ({ fields }: DataFrame): boolean => fields.some(({ type }) => type === FieldType.number);

/** Of a frame without a number an XY chart only says "Err": it gets a line without a point, whose name is the reason. */
function saying(frame: DataFrame): DataFrame {
  // How many rows it is said of says nothing to whom a curve is shown.
  const name = (frame.meta?.notices?.[0]?.text ?? 'No data').replace(/^\d+ of \d+ rows: /, '');
  const field = (config: object): DataFrame['fields'][number] => ({ name: 'nothing', type: FieldType.number, config, values: [] }); // prettier-ignore
  return { ...frame, length: 0, fields: [field({}), field({ displayNameFromDS: name })] };
}

function drawable(field: DataFrame['fields'][number]): DataFrame['fields'][number] {
  const values = field.values as unknown[];
  return field.type === FieldType.number && values.some(isNull)
    ? { ...field, values: values.map((value) => (isNull(value) ? Number.NaN : value)) }
    : field;
}
