/** Replaces a file whole: whoever reads it meets the old text or the new one. */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { textIfThere } from '../config/read-text.ts';
import { CollectorError } from '../errors.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

/** Text of a file; '' = there is none. @throws CollectorError `config_unreadable`. */
export const readIfThere = (file: string): string => textIfThere(file) ?? '';

const CHANGED = 'somebody changed it meanwhile';

const notWritten = (file: string, reason: string, cause?: unknown): CollectorError =>
  new CollectorError({ code: 'config_not_written', message: `${file} was not written: ${reason}. It is as it was; run plan --write again when that is settled.`, fault: 'config', cause }); // prettier-ignore

/** @param before What was read of it: a file that somebody changed since is left alone. @throws CollectorError `config_not_written` */
export function replaceFile(file: string, before: string, after: string): void {
  // A link that leads nowhere is told before anything is written.
  if (readIfThere(file) !== before) throw notWritten(file, CHANGED);
  const stat = statSync(file, { throwIfNoEntry: false });
  const target = stat === undefined ? file : realpathSync(file);
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${String(process.pid)}`);
  const refuse = (reason: string, cause?: unknown): CollectorError => {
    rmSync(draft, { force: true });
    return notWritten(file, reason, cause);
  };
  try {
    const handle = openSync(draft, 'wx', stat === undefined ? 0o644 : stat.mode & 0o777);
    try {
      writeFileSync(handle, after);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw refuse(`its folder cannot be written to (${codeOf(cause)})`, cause);
  }
  if (readIfThere(file) !== before) throw refuse(CHANGED);
  try {
    renameSync(draft, target);
  } catch (cause) {
    throw refuse(`it cannot be replaced (${codeOf(cause)})`, cause);
  }
}
