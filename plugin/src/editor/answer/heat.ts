/** Heat maps: names that their axis has room for, and the cells of 0 that they leave out without a word. */
import { FieldType, type DataFrame, type DataQueryResponse, type Field } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { PanelSettings } from '../state/panel-settings.ts';
import { numbersOf } from './unfit.ts';

export const HEAT = 'heatmap';

/** Part of a panel's width that its axis takes at the most: of what is longer Grafana cuts the first letters. */
const AXIS_PART = 0.4;
const LETTER_PX = 7;
const LEAST_LETTERS = 12;
const USUAL_WIDTH_PX = 740;

/** Letters that the axis has room for. @param width of the panel in pixels, as Grafana asks for so many points */
export const lettersOf = (width = USUAL_WIDTH_PX): number =>
  Math.max(LEAST_LETTERS, Math.floor((width * AXIS_PART) / LETTER_PX));

export interface HeatPlace {
  readonly panelPluginId: string | undefined;
  readonly settings: PanelSettings | undefined;
  readonly width: number | undefined;
}

export function withHeat(response: DataQueryResponse, { panelPluginId, settings, width }: HeatPlace): DataQueryResponse {
  if (panelPluginId !== HEAT) return response;
  const frames = response.data as DataFrame[];
  const first = frames.findIndex((frame) => numbersOf(frame).some((value) => isLeftOut(value, settings)));
  const text = t('heat.zero', 'A heat map leaves out cells of 0 and less: set "Hide cells with values <=" lower, or choose State timeline.', { interpolation: { escapeValue: false } });
  const data = frames.map((frame, index) => {
    const notices = [...(frame.meta?.notices ?? []), { severity: 'info' as const, text }];
    const meta = index === first ? { ...frame.meta, notices } : frame.meta;
    return { ...frame, ...(meta === undefined ? {} : { meta }), fields: frame.fields.map((field) => shortly(field, lettersOf(width))) };
  });
  return { ...response, data };
} // prettier-ignore

/** A panel that is not known leaves out what Grafana's own does. */
const isLeftOut = (value: number, settings: PanelSettings | undefined): boolean =>
  settings === undefined ? value <= 0 : settings.leavesOut !== undefined && value <= settings.leavesOut;

/** Of numbers that are all left out nothing would be seen. */
export function whyNoHeat(frames: readonly DataFrame[], settings: PanelSettings | undefined): string | null {
  const numbers = frames.flatMap(numbersOf);
  if (numbers.length === 0 || numbers.some((value) => !isLeftOut(value, settings))) return null;
  return t('unfit.heat', 'A heat map leaves out cells of 0 and less, and all numbers here are: choose State timeline.');
}

/** Begin and end of a name are what tells it from others. */
function shortly(field: Field, most: number): Field {
  const name = field.config.displayNameFromDS;
  if (field.type !== FieldType.number || name === undefined || name.length <= most) return field;
  const kept = most - 1;
  const end = Math.floor(kept / 3);
  const short = `${name.slice(0, kept - end).trimEnd()}…${name.slice(-end).trimStart()}`;
  return { ...field, config: { ...field.config, displayNameFromDS: short } };
}
