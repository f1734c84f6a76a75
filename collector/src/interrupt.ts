/** Ctrl-C: the first asks everything to stop at the next safe point, the second ends the process. */

/** A signal that aborts on SIGINT, SIGTERM or SIGHUP. `dispose` gives the signals back. */
export function untilInterrupted(say: (text: string) => void): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      process.exit(130);
    }
    say('Stopping; what is done is kept and the next run carries on. Ctrl-C again ends at once.');
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((name) => process.on(name, onSignal));
  return { signal: controller.signal, dispose: () => signals.forEach((name) => process.off(name, onSignal)) };
}
