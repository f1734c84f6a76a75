/** git itself: there, and new enough. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CollectorError } from '../errors.ts';
import { gitEnvironment } from './environment.ts';

const OLDEST = [2, 31] as const;

/** What `git --version` says. */
export const gitVersion = async (): Promise<string> =>
  (await promisify(execFile)('git', ['--version'], { env: gitEnvironment(), cwd: '/' })).stdout;

/** @throws CollectorError `git_missing` */
export function checkVersion(output: string): void {
  const [text = output.trim(), major = '0', minor = '0'] = /(\d+)\.(\d+)(?:\.\d+)?/.exec(output) ?? [];
  if (Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1])) {
    throw new CollectorError({
      code: 'git_missing',
      message: `git ${text} is too old. Install git ${OLDEST.join('.')} or newer.`,
      fault: 'config',
    });
  }
}

const seen = new Map<string, Promise<void>>();

/** Asked once per PATH. @throws CollectorError `git_missing` */
export async function requireGit(): Promise<void> {
  const place = process.env['PATH'] ?? '';
  const asked =
    seen.get(place) ??
    gitVersion().then(
      (stdout) => checkVersion(stdout),
      (cause: unknown) => {
        throw new CollectorError({
          code: 'git_missing',
          message: `git was not found in PATH. Install git ${OLDEST.join('.')} or newer.`,
          fault: 'config',
          cause,
        });
      }
    );
  seen.set(place, asked);
  try {
    await asked;
  } catch (error) {
    // It may be installed while the scheduler runs.
    seen.delete(place);
    throw error;
  }
}
