import { formattedValueToString, getDisplayProcessor, type PanelProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import React, { useMemo } from 'react';
import { noFields } from './fields.ts';
import type { IntervalOptions } from './options.ts';
import { axisFor, columnsOf, isLogScale, referenceOf } from './plan.ts';
import { AxisMarks, axisHeight } from './Plot.tsx';
import { Head, type RowLook } from './RowLine.tsx';
import { rowsOf, withReference, type Shown } from './rows.ts';
import { RowList } from './RowList.tsx';
import { digitsOf } from './scale.ts';
import { stylesOf } from './styles.ts';

const HEAD = 20;
/** Pixels of a row: as many as there are, within these. */
const ONE_LINE = [24, 72] as const;
const TWO_LINES = [44, 72] as const;

type Props = Pick<PanelProps<IntervalOptions>, 'data' | 'width' | 'height' | 'options' | 'title' | 'fieldConfig'>;

/** Why there is nothing to draw, in the words of whoever answered. */
function reasonOf({ data, fieldConfig }: Props, isUnfit: boolean): string {
  const notices = data.series.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text);
  // A table without a row has one cell with the reason, which the notices say too.
  const hasRows = data.series.some(({ fields, length }) => length > 0 && fields.some(({ name }) => name !== 'nothing'));
  return isUnfit && hasRows
    ? noFields()
    : [...new Set(notices)].join(' ') || fieldConfig.defaults.noValue || t('panel.no-data', 'No data');
}

/** A forest plot: each row an estimate, its interval and what that means. */
export function IntervalPanel(props: Props) {
  const { data, options, width, height } = props;
  const theme = useTheme2();
  const styles = useStyles2(stylesOf);
  const shown = useMemo(() => rowsOf(data.series, options, theme), [data.series, options, theme]);
  if (shown === null || shown.rows.length === 0) {
    return (
      <div role="status" className={styles.message} style={{ width, height }}>
        {reasonOf(props, shown === null)}
      </div>
    );
  }
  return <Forest {...props} shown={shown} />;
}

function Forest({ width, height, options, title, shown: found }: Props & { shown: Shown }) {
  const theme = useTheme2();
  const styles = useStyles2(stylesOf);
  const isLog = isLogScale(found.rows, found.fields, options);
  const reference = referenceOf(found.rows, options, isLog);
  const shown = withReference(found, reference);
  const { rows, fields, names } = shown;
  // A scroll bar must not cover the last column.
  const columns = columnsOf(width - theme.spacing.gridSize, shown);
  const axis = axisFor(rows, fields, { isLog, width: columns.plot, reference });
  const groups = new Set(rows.map(({ group }) => group)).size;
  const heads = (columns.isNarrow ? 0 : HEAD) + (groups > 1 ? groups * HEAD : 0);
  const [least, most] = columns.isNarrow ? TWO_LINES : ONE_LINE;
  // An axis under words alone would be one of numbers that nobody gave.
  const hasAxis = rows.some(({ value }) => value !== null);
  const room = height - heads - (hasAxis ? axisHeight(reference, options) : 0);
  const look: RowLook = {
    axis,
    columns,
    reference,
    height: Math.floor(Math.min(most, Math.max(least, room / rows.length))),
    theme,
    styles,
  };
  const words = (tick: number): string => {
    const { config } = fields.value;
    // Words of single values are none of marks.
    const field = { ...fields.value, config: { ...config, mappings: [], decimals: digitsOf(tick, axis, config.unit) } };
    return formattedValueToString(getDisplayProcessor({ field, theme })(tick)).trim();
  };
  return (
    <div className={styles.panel} style={{ width, height }}>
      {!columns.isNarrow && <Head look={look} names={names} />}
      <RowList rows={rows} look={look} title={title} />
      {hasAxis && (
        <div style={{ flex: '0 0 auto', marginLeft: columns.isNarrow ? 0 : columns.label }}>
          <AxisMarks
            axis={axis}
            width={columns.plot}
            reference={reference}
            theme={theme}
            words={words}
            below={options.below}
            above={options.above}
          />
        </div>
      )}
    </div>
  );
}
