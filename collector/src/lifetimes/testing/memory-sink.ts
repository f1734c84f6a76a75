import type { CommitStat, FileState, LifetimeSink, LiveFileStore, ResumePoint, SpanDelta } from '../contract.ts';
import { closeRewritten } from '../rewrite.ts';

/** A sink that keeps everything, as a store would. */
export interface MemorySink extends LifetimeSink {
  readonly store: LiveFileStore;
  readonly stats: CommitStat[];
  /** Last checkpoint. */
  point(): ResumePoint | undefined;
  /** Summed rows that are not zero, in a fixed order. */
  rows(): SpanDelta[];
  /** Lines alive. */
  alive(): number;
}

/** An empty memory sink. */
export function memorySink(): MemorySink {
  let spans = new Map<string, SpanDelta>();
  let files: FileState[] = [];
  let last: ResumePoint | undefined;
  const stats: CommitStat[] = [];
  const add = (row: SpanDelta): void => {
    const key = JSON.stringify([row.originSha, row.lineSource, row.path, row.bornSha, row.diedSha, row.deathKind]);
    const before = spans.get(key);
    spans.set(key, {
      ...row,
      lines: row.lines + (before?.lines ?? 0),
      effectiveLines: row.effectiveLines + (before?.effectiveLines ?? 0),
    });
  };
  const sink: MemorySink = {
    stats,
    spans: (batch) => batch.forEach(add),
    files: (batch) => void files.push(...batch),
    commits: (batch) => void stats.push(...batch),
    rewritten(event) {
      const before = spans;
      spans = new Map();
      closeRewritten(before.values(), event).forEach(add);
      files = files.filter((file) => file.seq <= event.baseSeq);
    },
    reset() {
      spans = new Map([...spans].filter(([, row]) => row.deathKind === 'history_rewritten'));
      files = [];
    },
    checkpoint(point) {
      last = point;
      files = stillNeeded(files, point);
    },
    store: {
      load(paths, seq) {
        const found = new Map<string, Uint8Array>();
        const wanted = new Set(paths);
        for (const file of [...files].sort((a, b) => a.seq - b.seq)) {
          if (!wanted.has(file.path) || file.seq > seq) continue;
          if (file.state) found.set(file.path, file.state);
          else found.delete(file.path);
        }
        return Promise.resolve(found);
      },
    },
    point: () => last,
    rows: () =>
      [...spans]
        .filter(([, row]) => row.lines !== 0 || row.effectiveLines !== 0)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => row),
    alive: () => [...spans.values()].reduce((sum, row) => sum + (row.deathKind === null ? row.lines : 0), 0),
  };
  return sink;
}

/** What a store may drop at a checkpoint, it does: versions that a later one replaces at every position that must stay answerable. */
function stillNeeded(files: readonly FileState[], { versionsFrom, forks = [] }: ResumePoint): FileState[] {
  return files.filter(({ path, seq }) => {
    const next = Math.min(...files.flatMap((file) => (file.path === path && file.seq > seq ? file.seq : [])));
    return next > versionsFrom || forks.some((fork) => fork >= seq && fork < next);
  });
}
