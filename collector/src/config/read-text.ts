/** Reads the text of a configuration file. */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { CollectorError } from '../errors.ts';

/** A link that leads nowhere. Null = the file is none. */
function lostTarget(file: string): string | null {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(file) : null;
}

/** Text of a file; null = there is none. @throws CollectorError `config_unreadable`. */
export function textIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const target = code === 'ENOENT' ? lostTarget(file) : null;
    if (code === 'ENOENT' && target === null) return null;
    const why =
      target === null
        ? `(${code}). Check --config and the rights of the file.`
        : `: it is a link to ${target}, which is not there. Make that file, or remove the link.`;
    throw new CollectorError({
      code: 'config_unreadable',
      message: `Cannot read the configuration ${file}${target === null ? ' ' : ''}${why}`,
      fault: 'config',
      cause,
    });
  }
}
