import type { DeathKind, SpanDelta } from '../contract.ts';
import type { Commit } from '../read/history.ts';
import { displayPath } from '../../git/paths.ts';
import { isEffective, spanOf } from './line-value.ts';
import type { Tables } from './spans.ts';

/** Kinds of death the engine itself decides, in the order in which a merge looks for them. */
export const KINDS = ['reverted', 'file_deleted', 'modified', 'deleted'] as const satisfies readonly DeathKind[];

/** A kind as a number: index into KINDS. */
export type Kind = 0 | 1 | 2 | 3;
export const REVERTED: Kind = 0;
export const FILE_DELETED: Kind = 1;
export const MODIFIED: Kind = 2;
export const DELETED: Kind = 3;

/** `count` lines of this value end with the commit being processed. */
export interface Death {
  readonly value: number;
  readonly kind: Kind;
  readonly count: number;
}

// Lines and effective lines of one count in one number: both stay below 2^26.
const ONE_LINE = 2 ** 26;

/** Births and deaths on the mainline, aggregated. */
export interface Ledger {
  /** `count` lines of this value (span and effective bit) are alive from now on; a negative count takes them away without a death. */
  born(value: number, count: number): void;
  died(death: Death): void;
  /** Deaths since the last call as rows of this commit. */
  takeDeaths(commit: Commit): SpanDelta[];
  /** Changes of alive rows since the last call. */
  takeAlive(): SpanDelta[];
}

/** An empty ledger over the tables. */
export function newLedger(tables: Tables): Ledger {
  const delta: number[] = [];
  let touched = new Set<number>();
  let deaths = new Map<number, number>();

  function alive(value: number, count: number): void {
    const span = spanOf(value);
    const before = delta[span];
    delta[span] = (before ?? 0) + count * (isEffective(value) ? ONE_LINE + 1 : ONE_LINE);
    if (!before) touched.add(span);
  }

  function row(span: number, packed: number): SpanDelta {
    const commits = tables.history.commits;
    const origin = tables.spanOrigin[span] as number;
    const born = commits[tables.spanBorn[span] as number] as Commit;
    const lines = Math.round(packed / ONE_LINE);
    return {
      originSha: (commits[tables.originCommit[origin] as number] as Commit).sha,
      lineSource: tables.originSource[origin] ?? null,
      path: displayPath(tables.spanPath[span] as string),
      bornSha: born.sha,
      bornAt: born.time,
      diedSha: null,
      diedAt: null,
      deathKind: null,
      lines,
      effectiveLines: packed - lines * ONE_LINE,
    };
  }

  return {
    born: alive,
    died({ value, kind, count }) {
      const key = spanOf(value) * 4 + kind;
      deaths.set(key, (deaths.get(key) ?? 0) + count * (isEffective(value) ? ONE_LINE + 1 : ONE_LINE));
      alive(value, -count);
    },
    takeDeaths(commit) {
      if (deaths.size === 0) return [];
      const rows = Array.from(deaths, ([key, packed]): SpanDelta => {
        const alive = row(Math.floor(key / 4), packed);
        // Clocks run backwards in real histories; a life does not.
        return {
          ...alive,
          diedSha: commit.sha,
          diedAt: Math.max(commit.time, alive.bornAt),
          deathKind: KINDS[key % 4] as DeathKind,
        };
      });
      deaths = new Map();
      return rows;
    },
    takeAlive() {
      const rows: SpanDelta[] = [];
      for (const span of touched) {
        const packed = delta[span] as number;
        if (packed !== 0) rows.push(row(span, packed));
        delta[span] = 0;
      }
      touched = new Set();
      return rows;
    },
  };
}
