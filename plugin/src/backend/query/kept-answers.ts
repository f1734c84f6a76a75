/** Answers that many ask for: the panels of a board, each time one of its viewers refreshes it. Knows nothing of metrics. */
import { SharedRuns } from '../shared-runs.ts';

/** Encoded frames. */
export interface Answer {
  readonly frames: readonly Uint8Array[];
  readonly sqlMs: number;
  /** Rows that it shows; absent = none. */
  readonly rowCount?: number;
  /** It is what the store said of one version of the facts and may be kept. */
  readonly isSteady: boolean;
}

interface Kept {
  readonly answer: Answer;
  readonly bytes: number;
  readonly until: number;
}

/** Of a process, for all its data sources. */
export const MOST_BYTES = 16 * 1024 * 1024;
/** The facts' version is in the question; this bounds what no version tells, a name that was changed by hand. */
const KEEP_MS = 300_000;
/** Beside what an entry holds: its place in the map, promises and objects. */
const ENTRY_BYTES = 500;

export class KeptAnswers {
  private readonly kept = new Map<string, Kept>();
  private readonly runs = new SharedRuns();
  private readonly most: number;
  private bytes = 0;
  private counts = { kept: 0, asked: 0 };

  /** `most` bytes; 0 = every question is asked anew. */
  constructor(most = MOST_BYTES) {
    this.most = most;
  }

  /** For metrics: bytes that are held, questions whose answer was kept, questions that were asked. */
  get load(): { readonly bytes: number; readonly kept: number; readonly asked: number } {
    return { bytes: this.bytes, ...this.counts };
  }

  /**
   * The answer to a question: the one that is kept, that of whoever asks the same now, else what `ask` gives. Errors are not kept.
   * @throws BackendError `cancelled` when the signal fires, and what `ask` throws.
   */
  async answer(question: string, signal: AbortSignal, ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    if (this.most === 0) return ask(signal);
    const found = this.find(question);
    if (found !== null) {
      this.counts.kept += 1;
      return { ...found, sqlMs: 0 };
    }
    return this.runs.join(question, signal, async (shared) => {
      this.counts.asked += 1;
      const answer = await ask(shared);
      if (answer.isSteady) this.keep(question, answer);
      return answer;
    });
  }

  private find(question: string): Answer | null {
    const found = this.kept.get(question);
    if (found === undefined) return null;
    this.drop(question, found);
    if (found.until <= performance.now()) return null;
    // Asked for again: it leaves last.
    this.kept.set(question, found);
    this.bytes += found.bytes;
    return found.answer;
  }

  private keep(question: string, answer: Answer): void {
    const held = answer.frames.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    const bytes = held + 2 * question.length + ENTRY_BYTES;
    // One that large would drive out all others.
    if (bytes > this.most / 4) return;
    const before = this.kept.get(question);
    if (before !== undefined) this.drop(question, before);
    this.kept.set(question, { answer, bytes, until: performance.now() + KEEP_MS });
    this.bytes += bytes;
    for (const [oldest, entry] of this.kept) {
      if (this.bytes <= this.most) break;
      this.drop(oldest, entry);
    }
  }

  private drop(question: string, { bytes }: Kept): void {
    this.kept.delete(question);
    this.bytes -= bytes;
  }
}
