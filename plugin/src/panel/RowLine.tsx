import { cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import React from 'react';
import type { Columns } from './plan.ts';
import { Plot } from './Plot.tsx';
import type { IntervalRow, Names } from './rows.ts';
import type { Axis } from './scale.ts';
import { estimateWords, wordsOf } from './sentence.ts';
import type { Styles } from './styles.ts';

/** How rows are drawn; the same for all of a panel. */
export interface RowLook {
  readonly axis: Axis;
  readonly columns: Columns;
  readonly reference: number | null;
  readonly height: number;
  readonly theme: GrafanaTheme2;
  readonly styles: Styles;
}

/** A cell with its whole text at hand where it is cut. */
function Cell({ text, width, className }: { text: string; width: number; className: string }) {
  return width === 0 ? null : (
    <span className={className} style={{ width }} title={text}>
      {text}
    </span>
  );
}

function Words({ row, look, width }: { row: IntervalRow; look: RowLook; width: number }) {
  const color =
    row.verdict === null ? look.theme.colors.text.secondary : (row.verdict.color ?? look.theme.colors.text.primary);
  const [first, second] = [wordsOf(row), row.verdict === null ? null : row.why];
  const whole = [first, ...(second === null ? [] : [second])].join(': ');
  if (width === 0) return null;
  return second !== null && look.height >= TWO_WORDS ? (
    <span className={look.styles.cell} style={{ width, lineHeight: 1.15 }} title={whole}>
      <span style={{ color }}>{first}</span>
      <br />
      <span
        className={look.styles.secondary}
        style={{ fontSize: '0.9em', whiteSpace: look.height >= THREE_WORDS ? 'normal' : 'nowrap' }}
      >
        {second}
      </span>
    </span>
  ) : (
    <span className={look.styles.cell} style={{ width, color }} title={whole}>
      {whole}
    </span>
  );
}

/** Pixels of a row in which a verdict has a second line, why there is none or what speaks against it, and of one in which that goes on in a third. */
const [TWO_WORDS, THREE_WORDS] = [28, 42];

/** Goes on in the next line, as far as its row is high. */
const REASON = { display: 'flex', alignItems: 'center', flex: '0 0 auto', overflow: 'hidden', lineHeight: 1.15, padding: '0 4px' } as const; // prettier-ignore

/** A row that is not drawn says why where the others have their interval. */
function PlotOrReason({
  row,
  look,
  height,
  width,
}: {
  row: IntervalRow;
  look: RowLook;
  height: number;
  width: number;
}) {
  const { axis, columns, reference, theme, styles } = look;
  // No ratio at all is beyond a logarithmic axis; what is known of it above is drawn.
  const isDrawn = [row.value, row.value === null ? null : row.upper].some(
    (one) => one !== null && axis.at(one) !== null
  );
  const reason =
    row.value === null
      ? (row.reason ?? '')
      : t('panel.row.off-scale', '{{value}} has no place on a logarithmic scale', { value: row.estimate.text });
  return isDrawn ? (
    <Plot row={row} axis={axis} width={columns.plot} height={height} reference={reference} theme={theme} />
  ) : (
    <span className={styles.secondary} style={{ ...REASON, width, height }} title={reason}>
      {reason}
    </span>
  ); // prettier-ignore
}

/** A row without a number has nothing in the cells beside the plot, but for a verdict of what is known instead: the reason takes their room. */
export const reasonWidth = ({ plot, estimate, verdict }: Columns, { value, isJudged }: IntervalRow): number =>
  value !== null ? plot : plot + estimate + (isJudged ? 0 : verdict);

/** A row in columns; where there is no room for them words above and the plot below. */
export function RowLine({ row, look }: { row: IntervalRow; look: RowLook }) {
  const { columns, height, styles } = look;
  if (columns.isNarrow) {
    const half = Math.floor(height / 2);
    const words = [
      row.estimate.text,
      wordsOf(row),
      row.n === null ? '' : t('panel.row.count', 'n {{count}}', { count: row.n.text }),
      row.why ?? '',
    ];
    const from = row.value !== null ? 0 : row.isJudged ? 1 : 2;
    const told = [...new Set(words.slice(from))].filter((word) => word !== '').join(' · ');
    return (
      <>
        <div className={styles.line} style={{ height: half }}>
          <span className={styles.cell} style={{ flex: '0 0 auto', maxWidth: '50%' }} title={row.label}>
            {row.label}
          </span>
          <span
            className={styles.cell}
            style={{ flex: '1 1 0', minWidth: 0, textAlign: 'right', color: row.verdict?.color }}
            title={told}
          >
            {told}
          </span>
        </div>
        <PlotOrReason row={row} look={look} height={height - half} width={columns.plot} />
      </>
    );
  }
  const isTold = row.value !== null;
  return (
    <div className={styles.line} style={{ height }}>
      <Cell text={row.label} width={columns.label} className={styles.cell} />
      <PlotOrReason row={row} look={look} height={height} width={reasonWidth(columns, row)} />
      {isTold && <Cell text={columns.isWhole ? estimateWords(row) : row.estimate.text} width={columns.estimate} className={cx(styles.cell, styles.number)} />}
      {(isTold || row.isJudged) && <Words row={row} look={look} width={columns.verdict} />}
      {columns.beside > 0 && row.beside.map(({ name, text }) => (
        <Cell key={name} text={text} width={columns.beside} className={cx(styles.cell, styles.number)} />
      ))}
      <Cell text={row.n?.text ?? ''} width={columns.n} className={cx(styles.cell, styles.number)} />
    </div>
  ); // prettier-ignore
}

/** Names of the columns. */
export function Head({ look: { columns, styles }, names }: { look: RowLook; names: Names }) {
  const head = cx(styles.cell, styles.head);
  const number = cx(head, styles.number);
  return (
    <div className={styles.line} aria-hidden="true">
      <Cell text="" width={columns.label + columns.plot} className={head} />
      <Cell text={names.estimate} width={columns.estimate} className={number} />
      <Cell text={names.verdict ?? ''} width={columns.verdict} className={head} />
      {columns.beside > 0 && names.beside.map((name) => <Cell key={name} text={name} width={columns.beside} className={number} />)}
      <Cell text={names.n ?? ''} width={columns.n} className={number} />
    </div>
  ); // prettier-ignore
}
