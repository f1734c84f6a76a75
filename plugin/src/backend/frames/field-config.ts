import type { Column } from '../../metrics/define.ts';

/** Grafana's field config, as far as a column decides it. */
export interface FieldConfig {
  readonly displayNameFromDS?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly noValue?: string;
  readonly thresholds?: {
    readonly mode: 'absolute';
    readonly steps: ReadonlyArray<{ readonly value: number | null; readonly color: string }>;
  };
  readonly links?: ReadonlyArray<{ readonly title: string; readonly url: string; readonly targetBlank: boolean }>;
  readonly custom?: Readonly<Record<string, unknown>>;
}

const NEVER_NULL = 'never null';

/** Name, description, unit, thresholds, link and the text for null of one column. */
export function fieldConfig(column: Column): FieldConfig {
  const isNullable = column.nullMeaning !== NEVER_NULL;
  return {
    displayNameFromDS: column.label,
    description: isNullable ? `${column.help} Empty: ${column.nullMeaning}.` : column.help,
    ...(column.unit === undefined ? {} : { unit: column.unit }),
    ...(isNullable && column.type === 'number' ? { noValue: '–' } : {}),
    ...(column.thresholds === undefined ? {} : { thresholds: { mode: 'absolute', steps: column.thresholds } }),
    ...(column.link === undefined ? {} : { links: [{ ...column.link, targetBlank: isExternal(column.link.url) }] }),
  };
}

/** A URL that other columns link to: needed in the frame, not worth a column on the screen. */
export function hiddenConfig(column: Column): FieldConfig {
  return { ...fieldConfig(column), custom: { hidden: true, hideFrom: { viz: true, legend: true, tooltip: true } } };
}

/** The two edges of an interval, filled in between and kept out of the legend. */
export function bandConfig(name: string, lower: Column, upper: Column): { lower: FieldConfig; upper: FieldConfig } {
  const lowerName = `${name}: ${lower.label}`;
  const edge = { lineWidth: 0, showPoints: 'never', hideFrom: { viz: false, legend: true, tooltip: false } };
  return {
    lower: { ...fieldConfig(lower), displayNameFromDS: lowerName, custom: edge },
    upper: {
      ...fieldConfig(upper),
      displayNameFromDS: `${name}: ${upper.label}`,
      custom: { ...edge, fillBelowTo: lowerName, fillOpacity: 10 },
    },
  };
}

/** Links within Grafana stay in the tab; a change or deployment opens beside it. */
function isExternal(url: string): boolean {
  return !url.startsWith('/') || url.startsWith('//');
}
