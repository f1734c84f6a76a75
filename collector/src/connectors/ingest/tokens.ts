/** Who may send: tokens of the configuration, and those of a file as it is now. */
import { readFileSync, statSync } from 'node:fs';
import type { PushRequest, Verifier } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { tokenInHeader } from '../../push.ts';
import { Secret } from '../../secret.ts';
import type { Section } from './config.ts';

/** A changed file counts after so long. */
const LOOK_EVERY_MS = 1_000;

function readTokens(file: string): Secret[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => new Secret(line));
  } catch (cause) {
    throw new CollectorError({
      code: 'secret_file',
      message: `Cannot read the secret file ${file} (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}). Check ingest.token_file and the rights of the file.`,
      fault: 'config',
      cause,
    });
  }
}

/** A file that cannot be read for a moment (it is being replaced) leaves the tokens as they were. */
function tokensOfFile(file: string): () => readonly Secret[] {
  let tokens = readTokens(file);
  let changed = statSync(file).mtimeMs;
  let looked = performance.now();
  return () => {
    if (performance.now() - looked > LOOK_EVERY_MS) {
      looked = performance.now();
      try {
        const now = statSync(file).mtimeMs;
        if (now !== changed) {
          tokens = readTokens(file);
          changed = now;
        }
      } catch {
        return tokens;
      }
    }
    return tokens;
  };
}

/** @throws CollectorError `secret_file` when the file cannot be read at the start. */
export function tokenVerifier({ tokens, bound_tokens: bound, token_file: file }: Section): Verifier {
  const ofFile = file === undefined ? (): readonly Secret[] => [] : tokensOfFile(file);
  return (request) => tokenInHeader([...tokens, ...bound.map(({ token }) => token), ...ofFile()])(request);
}

/** Organisations for which the sender of a request may send; null = any: its token is bound to none. */
export function organisationsOf(
  { tokens, bound_tokens: bound }: Section,
  request: PushRequest
): readonly string[] | null {
  const own = bound.filter(({ token }) => tokenInHeader(token)(request));
  return own.length === 0 || tokenInHeader(tokens)(request) ? null : own.flatMap(({ organisations }) => organisations);
}
