/** Runs a command of the collector in the process of the test: what it prints and how it ends, without the seconds that a process takes to start. */
import { jest } from '@jest/globals';
import { buildProgram } from '../src/commands/cli.ts';
import { lineOf } from '../src/errors.ts';
import { withStoreErrors } from '../src/store/connection.ts';
import type { Ended } from './run-cli.ts';

/** What is written to a stream until `restore`. */
function heard(stream: NodeJS.WriteStream): { readonly text: () => string; readonly restore: () => void } {
  let text = '';
  const spy = jest.spyOn(stream, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  return { text: () => text, restore: () => spy.mockRestore() };
}

/**
 * One at a time: the environment and the output are those of the whole process. The folder is the test's, so a configuration file is
 * named (`--config`) or there is none.
 */
export async function runHere(args: readonly string[], { url }: { readonly url: string }): Promise<Ended> {
  const before = process.env.DATABASE_URL;
  process.env.DATABASE_URL = url;
  const [out, err] = [heard(process.stdout), heard(process.stderr)];
  let code = 0;
  let fault = '';
  try {
    const program = buildProgram((ended) => (code = ended));
    await withStoreErrors(() => program.parseAsync(['node', 'throughline', ...args]));
  } catch (error) {
    code = 1;
    fault = `throughline: ${lineOf(error)}\n`;
  } finally {
    out.restore();
    err.restore();
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
  }
  return { code, stdout: out.text(), stderr: err.text() + fault };
}
