/**
 * Numbers that nobody judged are neither good nor bad. Grafana gives every new panel thresholds, green and from 80 on red, and a state timeline colours
 * from green to red: of a metric that says nothing else they are taken away. What a panel's author sets stays.
 */
import {
  FieldColorModeId,
  FieldType,
  ThresholdsMode,
  type DataFrame,
  type DataQueryResponse,
  type Field,
  type ThresholdsConfig,
} from '@grafana/data';
import type { PanelSettings } from '../state/panel-settings.ts';

export interface JudgedPlace {
  readonly panelPluginId: string | undefined;
  /** Undefined = the panel is not known: its author may have judged. */
  readonly settings: PanelSettings | undefined;
}

export const UNJUDGED: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [{ value: -Infinity, color: 'text' }],
};

/** Cells of one colour by threshold are made one cell, or tell nothing: by how much in two colours of which none is good. */
const MORE_OR_LESS = FieldColorModeId.ContinuousBlPu;
const BY_THRESHOLD: string = FieldColorModeId.Thresholds;
const GREEN_TO_RED: string = FieldColorModeId.ContinuousGrYlRd;
/** Panels of cells over time, and the colours that a new one has. */
const CELLS: ReadonlyMap<string, string> = new Map([
  ['state-timeline', GREEN_TO_RED],
  ['status-history', BY_THRESHOLD],
]);

export function unjudged(response: DataQueryResponse, { panelPluginId = '', settings }: JudgedPlace): DataQueryResponse {
  if (settings === undefined) return response;
  const first = CELLS.get(panelPluginId);
  const look = (field: Field): Field => {
    if (field.type === FieldType.time) return field;
    const { thresholds: own, ...config } = field.config;
    const thresholds = thresholdsOf(own, settings);
    const mode = settings.colour ?? first;
    const isFlat = mode === BY_THRESHOLD && thresholds !== undefined && isNone(thresholds);
    const isOpen = first !== undefined && (isFlat || (mode === first && first === GREEN_TO_RED));
    const color = config.color ?? (isOpen ? { mode: MORE_OR_LESS } : undefined);
    return {
      ...field,
      config: { ...config, ...(thresholds === undefined ? {} : { thresholds }), ...(color === undefined ? {} : { color }) },
    };
  };
  const frames = response.data as DataFrame[];
  return { ...response, data: frames.map((frame) => ({ ...frame, fields: frame.fields.map(look) })) };
} // prettier-ignore

/** One colour for all numbers says no more than none. */
const isNone = ({ steps }: ThresholdsConfig): boolean => steps.length < 2;

/** Thresholds of a field as Grafana takes them: undefined = the panel's. */
function thresholdsOf(own: ThresholdsConfig | undefined, { hasThresholds }: PanelSettings): ThresholdsConfig | undefined {
  if (own === undefined || isNone(own)) return hasThresholds ? undefined : UNJUDGED;
  const [base, ...others] = own.steps;
  // The base comes as null over the wire, which Grafana takes for 0, and puts its own below.
  const hasNoBase = base !== undefined && (base.value as number | null) === null;
  return hasNoBase ? { ...own, steps: [{ ...base, value: -Infinity }, ...others] } : own;
} // prettier-ignore
