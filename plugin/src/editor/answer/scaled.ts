/**
 * A gauge between its own least and largest number is always full, and of bars the smallest is always empty. Where neither the metric nor the panel's
 * author says where they begin and end, they go from 0 to a round number above all of them.
 */
import { FieldType, type DataFrame, type DataQueryResponse, type Field } from '@grafana/data';
import type { PanelSettings } from '../state/panel-settings.ts';
import { numbersOf } from './unfit.ts';

export interface ScaledPlace {
  readonly panelPluginId: string | undefined;
  /** Undefined = the panel is not known: its author may have said it. */
  readonly settings: PanelSettings | undefined;
}

const GAUGE = 'gauge';
const GAUGES = new Set([GAUGE, 'bargauge']);
const WHOLE = 1;

export function scaled(response: DataQueryResponse, { panelPluginId = '', settings }: ScaledPlace): DataQueryResponse {
  if (!GAUGES.has(panelPluginId) || settings === undefined || settings.hasEnds) return response;
  const frames = response.data as DataFrame[];
  const numbers = frames.flatMap(numbersOf);
  // Below 0 there is no beginning that says more than another.
  if (numbers.length === 0 || numbers.some((number) => number < 0)) return response;
  const top = roundAbove(Math.max(...numbers));
  const endOf = ({ config: { unit } }: Field): number =>
    unit === 'percentunit' && (panelPluginId === GAUGE || top > WHOLE) && Math.max(...numbers) <= WHOLE ? WHOLE : top;
  const look = (field: Field): Field =>
    field.type === FieldType.number ? { ...field, config: { min: 0, max: endOf(field), ...field.config } } : field;
  return { ...response, data: frames.map((frame) => ({ ...frame, fields: frame.fields.map(look) })) };
}

/** The next of 1, 2, 5, 10, 20 … that is larger; of nothing 1. */
function roundAbove(largest: number): number {
  if (largest === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 5, 10].find((digit) => digit * power > largest) ?? 20;
  return Number((step * power).toPrecision(3));
}
