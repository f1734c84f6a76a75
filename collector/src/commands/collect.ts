import { INTERRUPTED, interruptible } from '../terminal/interrupt.ts';
import { progressOn, type Progress } from '../terminal/progress.ts';
import { start } from './fill.ts';
import type { CommonOptions } from '../session.ts';

interface CollectOptions extends CommonOptions {
  readonly repo: readonly string[];
  readonly quiet: boolean;
}

/** `throughline collect`: one pass. @returns 1 when a job failed, 130 when interrupted. */
export async function collect(options: CollectOptions): Promise<number> {
  const told = progressOn(process.stderr);
  const progress: Progress = options.quiet ? { ...progressOn(null), say: (text) => told.say(text) } : told;
  return interruptible(
    (text) => progress.say(text),
    async (signal) => {
      const { session, failures } = await start({ ...options, repos: options.repo, progress, signal });
      await session.close();
      return signal.aborted ? INTERRUPTED : failures.length > 0 ? 1 : 0;
    }
  );
}
