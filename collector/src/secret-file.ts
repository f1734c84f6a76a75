import { readFileSync } from 'node:fs';
import { CollectorError } from './errors.ts';

const fault = (file: string, { named, why, cause }: { named: string; why: string; cause?: unknown }): CollectorError =>
  new CollectorError({
    code: 'secret_file',
    message: `Cannot read the secret file ${file} (${why}). Check ${named} and the rights of the file.`,
    fault: 'config',
    cause,
  });

/**
 * The content of a file that holds a secret, without white space around it.
 * @param named What names the file, e.g. the variable.
 * @throws CollectorError `secret_file`, also when it is empty.
 */
export function readSecretFile(file: string, named: string): string {
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw fault(file, { named, why: (cause as NodeJS.ErrnoException).code ?? 'unknown', cause });
  }
  if (secret === '') {
    throw fault(file, { named, why: 'it is empty' });
  }
  return secret;
}
