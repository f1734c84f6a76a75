import type { GrafanaTheme2 } from '@grafana/data';
import React from 'react';
import type { IntervalRow } from './rows.ts';
import type { Axis } from './scale.ts';

/** Where a row, or the axis below, is drawn. */
interface Place {
  readonly axis: Axis;
  readonly width: number;
  readonly height: number;
  readonly reference: number | null;
  readonly theme: GrafanaTheme2;
}

const CAP = 5;
const RADIUS = 4.5;
const AXIS_HEIGHT = 20;
/** Pixels of a letter, nearly: marks do not run into each other. */
const LETTER = 6.5;

/** Lines of the marks and of no difference; rows stand close, so that they run through all. */
function Grid({ axis, height, reference, theme }: Omit<Place, 'width'>) {
  const zero = reference === null ? null : axis.at(reference);
  return (
    <>
      {axis.ticks.map((tick) => (
        <line key={tick} x1={axis.at(tick) ?? 0} x2={axis.at(tick) ?? 0} y1={0} y2={height} stroke={theme.colors.border.weak} />
      ))}
      {zero !== null && (
        <line data-testid="reference" x1={zero} x2={zero} y1={0} y2={height} stroke={theme.colors.text.secondary} strokeWidth={1.5} strokeDasharray="4 3" />
      )}
    </>
  ); // prettier-ignore
}

/** An end of the interval: a cap, or an arrow where it goes on. */
function End({ x, y, side, isOpen }: { x: number; y: number; side: -1 | 1; isOpen: boolean }) {
  return isOpen ? (
    <path data-testid="open-end" d={`M${String(x - side * CAP)} ${String(y - CAP)} L${String(x)} ${String(y)} L${String(x - side * CAP)} ${String(y + CAP)}`} />
  ) : (
    <line x1={x} x2={x} y1={y - CAP} y2={y + CAP} />
  ); // prettier-ignore
}

/** Filled = a difference is shown: by the verdict, else where the interval leaves the reference out, else by having one. */
export function isFilled(
  { lower, upper, ends, isProven }: Pick<IntervalRow, 'lower' | 'upper' | 'ends' | 'isProven'>,
  reference: number | null
): boolean {
  if (isProven !== null || reference === null || ends === null) {
    return isProven ?? ends !== null;
  }
  return (lower !== null && lower > reference) || (upper !== null && upper < reference);
}

/** Estimate and interval of a row. */
export function Plot({ row, axis, width, height, reference, theme }: Place & { row: IntervalRow }) {
  const { value, lower, upper, ends, verdict } = row;
  const y = height / 2;
  const color = verdict?.color ?? theme.colors.text.primary;
  const x = value === null ? null : axis.at(value);
  // An end that is not known, or that a logarithm cannot show, is beyond the axis.
  const left = lower === null ? null : axis.at(lower);
  const right = upper === null ? null : axis.at(upper);
  const isOpenLeft = left === null || (lower !== null && lower < axis.min);
  const isOpenRight = right === null || (upper !== null && upper > axis.max);
  return (
    <svg width={width} height={height} aria-hidden="true" focusable="false" style={{ display: 'block' }}>
      <Grid axis={axis} height={height} reference={reference} theme={theme} />
      {x !== null && ends !== null && (
        <g data-testid="interval" stroke={color} strokeWidth={2} fill="none">
          <line x1={left ?? 0} x2={right ?? width} y1={y} y2={y} />
          <End x={left ?? 1} y={y} side={-1} isOpen={isOpenLeft} />
          <End x={right ?? width - 1} y={y} side={1} isOpen={isOpenRight} />
        </g>
      )}
      {x !== null && (
        <circle
          data-testid="estimate"
          cx={x}
          cy={y}
          r={RADIUS}
          stroke={color}
          strokeWidth={2}
          fill={isFilled(row, reference) ? color : theme.colors.background.primary}
        />
      )}
    </svg>
  );
}

/** A mark's words around its line, within the picture. */
function anchorOf(x: number, text: string, width: number): { x: number; textAnchor: 'start' | 'middle' | 'end' } {
  const half = (text.length * LETTER) / 2;
  return x < half ? { x: 0, textAnchor: 'start' } : x > width - half ? { x: width, textAnchor: 'end' } : { x, textAnchor: 'middle' }; // prettier-ignore
}

/** Marks that find room: the line of no difference first, then from the left. */
function roomFor(axis: Axis, reference: number | null, words: (tick: number) => string): number[] {
  const span = (tick: number): readonly [number, number] => {
    const half = (words(tick).length * LETTER) / 2 + 4;
    return [(axis.at(tick) ?? 0) - half, (axis.at(tick) ?? 0) + half];
  };
  const taken: number[] = [];
  const inOrder = [...axis.ticks].sort(
    (one, two) => Number(two === reference) - Number(one === reference) || one - two
  );
  for (const tick of inOrder) {
    const [from, to] = span(tick);
    if (taken.every((other) => to < span(other)[0] || from > span(other)[1])) taken.push(tick);
  }
  return taken;
}

interface AxisWords {
  readonly words: (tick: number) => string;
  readonly below: string;
  readonly above: string;
}

/** The axis below the rows, and what lies on either side of the line. */
export function AxisMarks({ axis, width, reference, theme, words, below, above }: Omit<Place, 'height'> & AxisWords) {
  const zero = reference === null ? null : axis.at(reference);
  const hasSides = zero !== null && (below !== '' || above !== '');
  const text = { fontSize: 11, fill: theme.colors.text.secondary } as const;
  const fits = (side: string, room: number): boolean => side !== '' && (side.length + 2) * LETTER < room;
  return (
    <svg width={width} height={AXIS_HEIGHT * (hasSides ? 2 : 1)} aria-hidden="true" focusable="false" style={{ display: 'block' }}>
      <line x1={0} x2={width} y1={0.5} y2={0.5} stroke={theme.colors.border.medium} />
      {roomFor(axis, reference, words).map((tick) => (
        <text key={tick} {...text} y={14} {...anchorOf(axis.at(tick) ?? 0, words(tick), width)}>
          {words(tick)}
        </text>
      ))}
      {hasSides && fits(below, zero) && (
        <text {...text} y={32} x={zero - 8} textAnchor="end">{`← ${below}`}</text>
      )}
      {hasSides && fits(above, width - zero) && (
        <text {...text} y={32} x={zero + 8} textAnchor="start">{`${above} →`}</text>
      )}
    </svg>
  ); // prettier-ignore
}

/** Pixels of the axis. */
export const axisHeight = (reference: number | null, { below, above }: Pick<AxisWords, 'below' | 'above'>): number =>
  AXIS_HEIGHT * (reference !== null && (below !== '' || above !== '') ? 2 : 1);
