/** Beside Grafana a process is expected to be small: under Bun garbage is collected by what the machine has, which is more. */

/** What of Bun is used; Node collects by itself. */
interface Collector {
  gc(isComplete: boolean): void;
}

const MEGABYTE = 1024 * 1024;
/** What the process needs in any case, with the answers that it keeps. */
const USUAL_BYTES = 160 * MEGABYTE;
/** A collection takes some 40 ms of the processor: not for less. */
const GROWTH_BYTES = 40 * MEGABYTE;
const CALLS_BETWEEN = 10;

export class Memory {
  private readonly collector = (globalThis as { Bun?: Collector }).Bun;
  private calls = 0;
  private after = 0;

  /** After an answer: collects what answers left behind, once that is much. */
  answered(): void {
    this.calls += 1;
    if (this.collector === undefined || this.calls % CALLS_BETWEEN !== 0) return;
    const bytes = process.memoryUsage.rss();
    this.after = Math.min(this.after, bytes);
    if (bytes < USUAL_BYTES || bytes < this.after + GROWTH_BYTES) return;
    this.collector.gc(true);
    this.after = process.memoryUsage.rss();
  }
}
