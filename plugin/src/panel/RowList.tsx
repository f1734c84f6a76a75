import { t } from '@grafana/i18n';
import React, { useRef, useState, type KeyboardEvent } from 'react';
import { RowLine, type RowLook } from './RowLine.tsx';
import type { IntervalRow } from './rows.ts';
import { RowTip } from './RowTip.tsx';
import { sentenceOf } from './sentence.ts';

interface Tip {
  readonly row: IntervalRow;
  readonly position: { readonly x: number; readonly y: number };
  readonly isPinned: boolean;
}

/** Where a key leads from a row; undefined = the key is not ours. */
function target(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, index + 1);
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

interface OptionProps {
  readonly row: IntervalRow;
  readonly look: RowLook;
  readonly isActive: boolean;
  readonly onFocus: () => void;
  /** Goes to another row; false = the key leads nowhere. */
  readonly onStep: (key: string) => boolean;
  readonly onTip: (tip: Tip | null) => void;
}

/** A row as a screen reader and a keyboard find it. */
function RowOption({ row, look, isActive, onFocus, onStep, onTip }: OptionProps) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const isOpening = event.key === 'Enter' || event.key === ' ';
    if (!isOpening && !onStep(event.key)) {
      return;
    }
    event.preventDefault();
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    onTip(isOpening ? { row, position: { x: left, y: bottom }, isPinned: true } : null);
  };
  return (
    <div
      role="option"
      aria-selected={isActive}
      aria-label={sentenceOf(row)}
      tabIndex={isActive ? 0 : -1}
      data-row={row.key}
      className={look.styles.row}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onMouseMove={({ clientX: x, clientY: y }) => onTip({ row, position: { x, y }, isPinned: false })}
      onMouseLeave={() => onTip(null)}
      onClick={({ clientX: x, clientY: y }) => onTip({ row, position: { x, y }, isPinned: true })}
    >
      <RowLine row={row} look={look} />
    </div>
  );
}

interface Props {
  readonly rows: readonly IntervalRow[];
  readonly look: RowLook;
  readonly title: string;
}

/** Rows in their groups. Arrow keys go from row to row, each is read as a sentence; Enter or a click opens what it leads to, Escape closes. */
export function RowList({ rows, look, title }: Props) {
  const [current, setCurrent] = useState('');
  const [tip, setTip] = useState<Tip | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const groups = [...new Set(rows.map(({ group }) => group))];
  const active = rows.some(({ key }) => key === current) ? current : rows[0]?.key;
  const focus = (key: string): void => list.current?.querySelector<HTMLElement>(`[data-row="${key}"]`)?.focus();
  const step = (from: IntervalRow, key: string): boolean => {
    const next = rows[target(key, rows.indexOf(from), rows.length) ?? -1];
    if (next !== undefined) {
      focus(next.key);
    }
    return next !== undefined;
  };
  // What was opened stays until it is closed, wherever the pointer goes.
  const onTip = (next: Tip | null): void =>
    setTip((now) => (now?.isPinned === true && next?.isPinned !== true ? now : next));
  const option = (row: IntervalRow) => (
    <RowOption
      key={row.key}
      row={row}
      look={look}
      isActive={row.key === active}
      onFocus={() => setCurrent(row.key)}
      onStep={(key) => step(row, key)}
      onTip={onTip}
    />
  );
  const close = (): void => {
    setTip(null);
    focus(tip?.row.key ?? '');
  };
  return (
    <>
      <div
        ref={list}
        role="listbox"
        aria-label={title === '' ? t('panel.rows', 'Intervals') : title}
        className={look.styles.rows}
      >
        {groups.length < 2
          ? rows.map(option)
          : groups.map((group) => (
              <div key={group} role="group" aria-label={group}>
                <div className={look.styles.group} aria-hidden="true" title={group}>
                  {group}
                </div>
                {rows.filter((row) => row.group === group).map(option)}
              </div>
            ))}
      </div>
      {tip !== null && <RowTip {...tip} styles={look.styles} onClose={close} />}
    </>
  );
}
