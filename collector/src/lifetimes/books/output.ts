import type { CommitStat, LifetimeSink, ResumePoint, Skipped, SpanDelta } from '../contract.ts';
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
  /** Gives everything, including file versions, and marks the point. `forks`: files at older positions that must stay. */
  checkpoint(point: ResumePoint, beside: { skipped: readonly Skipped[]; forks: readonly FileVersion[] }): Promise<void>;
}

/** The lines of a file at a mainline position; null: it does not exist. */
export interface FileVersion {
  readonly path: string;
  readonly seq: number;
  readonly lines: Lines | null;
}

/** How file versions are kept. */
export interface OutputOptions {
  readonly sink: LifetimeSink | undefined;
  readonly state: StateContext;
  /** Changes at or below this seq are given only in their last version before a checkpoint. */
  readonly windowStart: number;
  /** The store is empty until the first checkpoint: a path that is gone again need not be mentioned. */
  readonly isFirstPass: boolean;
}

const BATCH = 5000;

/** An output without anything in it. */
export function newOutput(options: OutputOptions): Output {
  const { sink, state, windowStart } = options;
  let isEmpty = options.isFirstPass;
  let spans: SpanDelta[] = [];
  let commits: CommitStat[] = [];
  // Last version of each path before the window, then every version inside it.
  let settled = new Map<string, { seq: number; lines: Lines | null }>();
  let recent: FileVersion[] = [];

  async function flush(): Promise<void> {
    if (spans.length) await sink?.spans(spans);
    if (commits.length) await sink?.commits?.(commits);
    spans = [];
    commits = [];
  }

  async function flushFiles(forks: readonly FileVersion[]): Promise<void> {
    const last = Array.from(settled, ([path, version]) => ({ path, ...version }));
    const versions = [...forks, ...(isEmpty ? endsOf(forks) : []), ...last, ...recent];
    for (let at = 0; at < versions.length; at += BATCH) {
      const batch = versions
        .slice(at, at + BATCH)
        .map(({ path, seq, lines }) => ({ path: displayPath(path), seq, state: lines && encodeState(lines, state) }));
      await sink?.files?.(batch);
    }
    settled = new Map();
    recent = [];
  }

  /** A path that was gone again is not among the last versions: where an older one of it is given, its end must be said. */
  function endsOf(forks: readonly FileVersion[]): FileVersion[] {
    const named = new Set([...settled.keys(), ...recent.map(({ path }) => path)]);
    const ends = new Map<string, number>();
    for (const { path, seq } of forks) if (!named.has(path)) ends.set(path, Math.max(ends.get(path) ?? 0, seq + 1));
    return Array.from(ends, ([path, seq]) => ({ path, seq, lines: null }));
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
        if (seq > windowStart) recent.push({ path, seq, lines });
        else if (lines === null && isEmpty) settled.delete(path);
        else settled.set(path, { seq, lines });
      }
    },
    isFull: () => spans.length >= BATCH || commits.length >= BATCH,
    flush,
    async checkpoint(point, { skipped, forks }) {
      await flush();
      await flushFiles(forks);
      isEmpty = false;
      await sink?.checkpoint?.(point, skipped);
    },
  };
}
