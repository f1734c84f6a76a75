import { existsSync } from 'node:fs';
import { interruptible } from '../terminal/interrupt.ts';
import { progressOn } from '../terminal/progress.ts';
import type { CommonOptions } from '../session.ts';
import { fill, open } from './fill.ts';
import { isPassing, outlastingStore } from '../store/wait.ts';
import { keepOrLeave } from './keep.ts';

interface RunOptions extends CommonOptions {
  readonly repo: readonly string[];
  /** Seconds to wait for a store that is not ready. */
  readonly wait: number;
  readonly configIfPresent?: string;
}

/** `throughline run`: fills the store (demo when nothing is configured) and keeps collecting until Ctrl-C. */
export async function run({ configIfPresent, wait, ...given }: RunOptions): Promise<number> {
  const progress = progressOn(process.stderr);
  const say = (text: string): void => progress.say(text);
  const config = configIfPresent !== undefined && existsSync(configIfPresent) ? { config: configIfPresent } : {};
  return interruptible(say, async (signal) => {
    const patience = { seconds: wait, say, signal };
    const options = { ...given, ...config, repos: given.repo, progress, signal, patience };
    const opened = await open(options);
    try {
      // The first pass may take hours: health and pushes do not wait for it, and a store that restarts meanwhile does not end it.
      const filled = (): ReturnType<typeof fill> =>
        outlastingStore(() => fill(opened, options), {
          url: opened.session.store.url,
          patience,
          isCutOff: ({ failures }) => failures.some(({ error }) => isPassing(error)),
        });
      await keepOrLeave({ ...opened, signal, say, fill: async () => (await filled()).config });
    } finally {
      await opened.session.close();
    }
    return 0;
  });
}
