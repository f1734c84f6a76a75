import { existsSync } from 'node:fs';
import { interruptible } from '../terminal/interrupt.ts';
import { progressOn } from '../terminal/progress.ts';
import type { CommonOptions } from '../session.ts';
import { start } from './fill.ts';
import { keepOrLeave } from './keep.ts';

interface RunOptions extends CommonOptions {
  readonly repo: readonly string[];
  readonly configIfPresent?: string;
}

/** `throughline run`: fills the store (demo when nothing is configured) and keeps collecting until Ctrl-C. */
export async function run({ configIfPresent, ...options }: RunOptions): Promise<number> {
  const progress = progressOn(process.stderr);
  const say = (text: string): void => progress.say(text);
  const config = configIfPresent !== undefined && existsSync(configIfPresent) ? { config: configIfPresent } : {};
  return interruptible(say, async (signal) => {
    const started = await start({ ...options, ...config, repos: options.repo, progress, signal });
    try {
      if (!signal.aborted) {
        await keepOrLeave({ ...started, signal, say });
      }
    } finally {
      await started.session.close();
    }
    return 0;
  });
}
