/** Lets so many callers in at once; the others wait in order. Waiting in the pool itself would count as a connection timeout. */
export class Gate {
  private free: number;
  private readonly queue: Array<() => void> = [];

  constructor(size: number) {
    this.free = size;
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** Resolves when it is the caller's turn; `isFirst` waits before all others. @throws the signal's reason when it fires first; then `leave` must not be called. */
  async enter(signal: AbortSignal, isFirst = false): Promise<void> {
    signal.throwIfAborted();
    if (this.free > 0) {
      this.free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.queue.splice(this.queue.indexOf(turn), 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      if (isFirst) this.queue.unshift(turn);
      else this.queue.push(turn);
    });
  }

  leave(): void {
    const next = this.queue.shift();
    if (next === undefined) {
      this.free += 1;
    } else {
      next();
    }
  }
}
