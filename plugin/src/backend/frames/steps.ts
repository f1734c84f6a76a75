/** Long work in short steps, so that nothing holds the event loop: a generator that yields wherever others may have their turn. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** How long one stretch of work may last. */
const SLICE_MS = 15;

/** Does all of it at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/** Does it in stretches of at most SLICE_MS plus one step. */
export async function finishInTurns<Result>(steps: Steps<Result>): Promise<Result> {
  let startedAt = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    if (performance.now() - startedAt > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      startedAt = performance.now();
    }
  }
}
