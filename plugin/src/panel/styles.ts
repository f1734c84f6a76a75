import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export const stylesOf = (theme: GrafanaTheme2) => ({
  panel: css({
    display: 'flex',
    flexDirection: 'column',
    overflow: 'hidden',
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  message: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    padding: theme.spacing(1),
    textAlign: 'center',
    color: theme.colors.text.secondary,
    overflow: 'auto',
  }),
  rows: css({ overflowX: 'hidden', overflowY: 'auto', flex: '0 1 auto', minHeight: 0, scrollbarGutter: 'auto' }),
  line: css({ display: 'flex', alignItems: 'center', minWidth: 0 }),
  row: css({
    borderRadius: theme.shape.radius.default,
    cursor: 'default',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: '-2px' },
  }),
  group: css({
    color: theme.colors.text.secondary,
    fontWeight: theme.typography.fontWeightMedium,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    paddingLeft: theme.spacing(0.5),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  cell: css({
    flex: '0 0 auto',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    padding: theme.spacing(0, 0.5),
  }),
  head: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  secondary: css({ color: theme.colors.text.secondary }),
  number: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
  tip: css({ maxWidth: 360 }),
  tipHead: css({
    fontWeight: theme.typography.fontWeightMedium,
    marginBottom: theme.spacing(0.5),
    overflowWrap: 'anywhere',
  }),
  tipLine: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(2) }),
  tipLinks: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(0.5),
    marginTop: theme.spacing(0.5),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    paddingTop: theme.spacing(0.5),
  }),
});

export type Styles = ReturnType<typeof stylesOf>;
