import type { CommitStat, LifetimeSink, ResumePoint, SpanDelta } from '../contract.ts';
import { encodeState, type StateContext } from './file-state.ts';
import { displayPath } from '../../git/paths.ts';
import type { Lines, Updates } from './versions.ts';

/** Batches what the walk finds and hands it to the sink. */
export interface Output {
  spans(rows: readonly SpanDelta[]): void;
  commit(stat: CommitStat): void;
  /** Files of a mainline commit. */
  files(seq: number, updates: Updates): void;
  /** True when a batch is full: `flush` before going on. */
  isFull(): boolean;
  flush(): Promise<void>;
  /** Gives everything, including file versions, and marks the point. */
  checkpoint(point: ResumePoint): Promise<void>;
}

/** How file versions are kept. */
export interface OutputOptions {
  readonly sink: LifetimeSink | undefined;
  readonly state: StateContext;
  /** Changes at or below this seq are given only in their last version; must not fall between checkpoints. */
  readonly windowStart: (seq: number) => number;
  /** The store is empty: a path that is gone again need not be mentioned. */
  readonly isFirstPass: boolean;
}

const BATCH = 5000;

/** An output without anything in it. */
export function newOutput(options: OutputOptions): Output {
  const { sink, state, windowStart, isFirstPass } = options;
  let spans: SpanDelta[] = [];
  let commits: CommitStat[] = [];
  // Last version of each path before the window, then every version inside it.
  let settled = new Map<string, { seq: number; lines: Lines | null }>();
  let recent: { path: string; seq: number; lines: Lines | null }[] = [];

  async function flush(): Promise<void> {
    if (spans.length) await sink?.spans(spans);
    if (commits.length) await sink?.commits?.(commits);
    spans = [];
    commits = [];
  }

  async function flushFiles(): Promise<void> {
    const versions = [...Array.from(settled, ([path, version]) => ({ path, ...version })), ...recent];
    for (let at = 0; at < versions.length; at += BATCH) {
      const batch = versions
        .slice(at, at + BATCH)
        .map(({ path, seq, lines }) => ({ path: displayPath(path), seq, state: lines && encodeState(lines, state) }));
      await sink?.files?.(batch);
    }
    settled = new Map();
    recent = [];
  }

  return {
    spans(rows) {
      if (sink) for (const row of rows) spans.push(row);
    },
    commit(stat) {
      if (sink?.commits) commits.push(stat);
    },
    files(seq, updates) {
      if (!sink?.files) return;
      for (const [path, lines] of updates) {
        if (seq > windowStart(seq)) recent.push({ path, seq, lines });
        else if (lines === null && isFirstPass) settled.delete(path);
        else settled.set(path, { seq, lines });
      }
    },
    isFull: () => spans.length >= BATCH || commits.length >= BATCH,
    flush,
    async checkpoint(point) {
      await flush();
      await flushFiles();
      await sink?.checkpoint?.(point);
    },
  };
}
