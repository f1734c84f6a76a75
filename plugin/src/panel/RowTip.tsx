import { t } from '@grafana/i18n';
import { DataLinkButton, Portal, VizTooltipContainer } from '@grafana/ui';
import React, { useEffect, useRef } from 'react';
import type { IntervalRow } from './rows.ts';
import { intervalWords } from './sentence.ts';
import type { Styles } from './styles.ts';

interface Props {
  readonly row: IntervalRow;
  readonly position: { readonly x: number; readonly y: number };
  /** Stays, takes clicks and the focus; otherwise it goes with the pointer. */
  readonly isPinned: boolean;
  readonly styles: Styles;
  readonly onClose: () => void;
}

function linesOf({ value, estimate, level, verdict, n, reason, beside, ...row }: IntervalRow): Array<[string, string]> {
  const ends = intervalWords(row);
  return [
    ...(value === null ? [] : [[estimate.name, estimate.text] as [string, string]]),
    ...(ends === null
      ? []
      : [
          [
            level === null
              ? t('panel.tip.interval', 'Interval')
              : t('panel.tip.interval-at', 'Interval ({{level}})', { level }),
            ends,
          ] as [string, string],
        ]),
    ...(verdict === null ? [] : [[t('panel.tip.verdict', 'Verdict'), verdict.text] as [string, string]]),
    ...(reason === null
      ? []
      : [
          [value === null ? t('panel.tip.no-number', 'No number') : t('panel.tip.status', 'Status'), reason] as [
            string,
            string,
          ],
        ]),
    ...[...(n === null ? [] : [n]), ...beside].map(({ name, text }): [string, string] => [name, text]),
  ];
}

/** What a row says, and where it leads. */
export function RowTip({ row, position, isPinned, styles, onClose }: Props) {
  const links = row.links();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isPinned) {
      return undefined;
    }
    (box.current?.querySelector<HTMLElement>('a, button') ?? box.current)?.focus();
    const onOutside = ({ target }: Event): void => {
      if (!(target instanceof Node && box.current?.contains(target))) onClose();
    };
    document.addEventListener('pointerdown', onOutside);
    return () => document.removeEventListener('pointerdown', onOutside);
  }, [isPinned]);
  return (
    <Portal>
      <VizTooltipContainer
        position={{ ...position }}
        offset={{ x: 10, y: 10 }}
        allowPointerEvents={isPinned}
        className={styles.tip}
        role={isPinned ? 'dialog' : 'tooltip'}
        aria-label={row.label}
        onKeyDown={({ key }) => key === 'Escape' && onClose()}
      >
        <div ref={box} tabIndex={-1}>
          <div className={styles.tipHead}>{[row.group, row.label].filter((part) => part !== '').join(', ')}</div>
          {linesOf(row).map(([name, text]) => (
            <div key={name} className={styles.tipLine}>
              <span className={styles.secondary}>{name}</span>
              <span>{text}</span>
            </div>
          ))}
          {links.length > 0 && (
            <div className={styles.tipLinks}>
              {isPinned
                ? links.map((link) => <DataLinkButton key={`${link.title}${link.href}`} link={link} />)
                : t('panel.tip.click', 'Click: {{links}}', { links: links.map(({ title }) => title).join(', ') })}
            </div>
          )}
        </div>
      </VizTooltipContainer>
    </Portal>
  );
}
