/** Ctrl-C: the first asks everything to stop at the next safe point, the second ends the process. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export const INTERRUPTED = 130;
/** npm and the terminal may both pass one Ctrl-C on. */
const SAME_KEY_MS = 200;

/** How often to look whether the launcher still lives: a second is not long for what it started. */
const LOOK_EVERY_MS = 500;

/** Calls `onEnd` once when scripts/run.mjs, which started this process, is gone without having said so (it was killed). @returns how to stop looking. */
function whenLauncherEnds(onEnd: () => void): () => void {
  const launcher = process.ppid;
  if (process.env.THROUGHLINE_LAUNCHER !== String(launcher)) {
    return () => undefined;
  }
  const timer = setInterval(() => {
    if (process.ppid !== launcher) {
      clearInterval(timer);
      onEnd();
    }
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** A signal that aborts on SIGINT, SIGTERM or SIGHUP. `dispose` gives the signals back. */
export function untilInterrupted(say: (text: string) => void): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      say('Stopping; what is stored is kept and the next run carries on from it. Ctrl-C again ends at once.');
      controller.abort();
    } else if (performance.now() - firstAt > SAME_KEY_MS) {
      process.exit(INTERRUPTED);
    }
  };
  signals.forEach((name) => process.on(name, onSignal));
  const stopLooking = whenLauncherEnds(onSignal);
  const dispose = (): void => {
    stopLooking();
    signals.forEach((name) => process.off(name, onSignal));
  };
  return { signal: controller.signal, dispose };
}

/** Runs `work` until it ends or Ctrl-C. @returns its exit code; 130 when what it threw was only its being stopped. */
export async function interruptible(
  say: (text: string) => void,
  work: (signal: AbortSignal) => Promise<number>
): Promise<number> {
  const { signal, dispose } = untilInterrupted(say);
  try {
    return await work(signal);
  } catch (error) {
    if (signal.aborted) {
      return INTERRUPTED;
    }
    throw error;
  } finally {
    dispose();
  }
}

/** While nobody else listens, Ctrl-C ends the process at once, but through its `exit` handlers (they end the embedded store). */
export function exitOnInterrupt(): void {
  const isAlone = (name: NodeJS.Signals): boolean => process.listenerCount(name) === 1;
  whenLauncherEnds(() => (isAlone('SIGTERM') ? process.exit(INTERRUPTED) : undefined));
  for (const name of signals) {
    process.on(name, () => {
      if (isAlone(name)) {
        process.exit(INTERRUPTED);
      }
    });
  }
}
