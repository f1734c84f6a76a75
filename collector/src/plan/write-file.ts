/** Replaces a file whole: whoever reads it meets the old text or the new one. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { CollectorError } from '../errors.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

/** Text of a file; '' = there is none. @throws CollectorError `config_unreadable` */
export function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return '';
    throw new CollectorError({
      code: 'config_unreadable',
      message: `Cannot read the configuration ${file} (${codeOf(cause)}). Check --config and the rights of the file.`,
      fault: 'config',
      cause,
    });
  }
}

/** @param before What was read of it: a file that somebody changed since is left alone. @throws CollectorError `config_not_written` */
export function replaceFile(file: string, before: string, after: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  const target = stat === undefined ? file : realpathSync(file);
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${String(process.pid)}`);
  const refuse = (reason: string, cause?: unknown): CollectorError => {
    rmSync(draft, { force: true });
    return new CollectorError({ code: 'config_not_written', message: `${file} was not written: ${reason}. It is as it was; run plan --write again when that is settled.`, fault: 'config', cause }); // prettier-ignore
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
  if (readIfThere(file) !== before) throw refuse('somebody changed it meanwhile');
  try {
    renameSync(draft, target);
  } catch (cause) {
    throw refuse(`it cannot be replaced (${codeOf(cause)})`, cause);
  }
}
