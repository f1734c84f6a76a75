import { cancelled } from './errors.ts';

interface Run<Value> {
  readonly value: Promise<Value>;
  readonly stop: AbortController;
  waiting: number;
  isSettled: boolean;
}

/**
 * Who asks what somebody else waits for already waits with them, and it is done once. Whoever gives up leaves alone; when the last one has
 * left it is stopped. Its failure is everybody's, and nothing is kept afterwards.
 */
export class SharedRuns {
  private readonly running = new Map<string, Run<unknown>>();

  /** One question has answers of one type. @throws BackendError `cancelled` when the signal fires, and what `run` throws. */
  async join<Value>(
    question: string,
    signal: AbortSignal,
    run: (signal: AbortSignal) => Promise<Value>
  ): Promise<Value> {
    if (signal.aborted) throw cancelled();
    const shared = (this.running.get(question) as Run<Value> | undefined) ?? this.begin(question, run);
    shared.waiting += 1;
    try {
      return await unlessAborted(shared.value, signal);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0 && !shared.isSettled) {
        this.forget(question, shared);
        shared.stop.abort(cancelled());
      }
    }
  }

  private begin<Value>(question: string, run: (signal: AbortSignal) => Promise<Value>): Run<Value> {
    const stop = new AbortController();
    const shared: Run<Value> = { value: run(stop.signal), stop, waiting: 0, isSettled: false };
    this.running.set(question, shared);
    const end = () => {
      shared.isSettled = true;
      this.forget(question, shared);
    };
    shared.value.then(end, end);
    return shared;
  }

  /** A later run of the same question may have begun. */
  private forget(question: string, run: Run<unknown>): void {
    if (this.running.get(question) === run) this.running.delete(question);
  }
}

/** Waits unless the signal fires first. @throws BackendError `cancelled` then. */
export function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      reject(cancelled());
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    value.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp);
    });
  });
}
