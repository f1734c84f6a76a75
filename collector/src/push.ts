/** What connectors use of pushes: how a request is shown to be from its source (in the same time whatever was sent), and what is none. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Pushed, PushedPage, Verifier } from './connector.ts';
import { CollectorError } from './errors.ts';
import { foreignJson, writable } from './foreign.ts';
import type { Lenient } from './lenient.ts';
import type { Secret } from './secret.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compared by digest: neither the length of what is wanted nor where it begins to differ can be told from the time. */
export const isSame = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted));

export interface Signature {
  /** Lower-case header that holds the signature; several, separated by commas, are tried in turn. */
  readonly header: string;
  /** What stands before the digest, e.g. `sha256=`. */
  readonly prefix: string;
  /** Default sha256. */
  readonly algorithm?: 'sha256' | 'sha1' | 'sha512';
}

/** Signatures of one request that are tried: two while a key is changed, never many. */
const MOST_SIGNATURES = 10;

/** HMAC of the raw body as hex, as GitHub (`x-hub-signature-256: sha256=…`), PagerDuty (`v1=…`) or Linear send it. */
export const hmacOfBody =
  (secret: Secret, { header, prefix, algorithm = 'sha256' }: Signature): Verifier =>
  ({ headers, body }) => {
    const wanted = `${prefix}${createHmac(algorithm, secret.reveal()).update(body).digest('hex')}`;
    const given = (headers[header] ?? '').split(',', MOST_SIGNATURES);
    return given.some((one) => isSame(one.trim(), wanted));
  };

/** A secret itself in a header: `authorization: Bearer …`, or e.g. GitLab's `x-gitlab-token`. Each of several is good. */
export const tokenInHeader =
  (
    secrets: Secret | readonly Secret[],
    { header, prefix } = { header: 'authorization', prefix: 'Bearer ' }
  ): Verifier =>
  ({ headers }) => {
    const given = headers[header] ?? '';
    // All are compared, so that the time does not tell which one it was.
    return [secrets].flat().filter((secret) => isSame(given, `${prefix}${secret.reveal()}`)).length > 0;
  };

/** Good when one of them says so. */
export const anyOf =
  (...verifiers: readonly Verifier[]): Verifier =>
  (request) =>
    verifiers.filter((verify) => verify(request)).length > 0;

/** A body that is not what the connector expects. */
export const pushInvalid = (reason: string): CollectorError =>
  new CollectorError({
    code: 'push_invalid',
    message: `The body is not understood: ${reason}. Check the settings of the sender.`,
    fault: 'source',
  });

/** Entries of one body. */
const MOST_ENTRIES = 10_000;
/** States of one thing in a body: each is written after the one before it, which takes its time. */
const MOST_STATES = 50;

/** @param what What there are too many of. @throws CollectorError `push_invalid` */
export function checkCount(entries: readonly unknown[], what: string): void {
  if (entries.length > MOST_ENTRIES) {
    throw pushInvalid(`it has more than ${MOST_ENTRIES.toLocaleString('en')} ${what}. Send several`);
  }
}

/** Counts what a body tells of each thing. @returns what counts one more. */
export function countStates(): (id: string) => void {
  const states = new Map<string, number>();
  return (id) => {
    const count = (states.get(id) ?? 0) + 1;
    states.set(id, count);
    if (count > MOST_STATES) {
      const name = JSON.stringify(id.length > 100 ? `${id.slice(0, 100)}…` : id);
      throw pushInvalid(`it tells of ${name} more than ${String(MOST_STATES)} times. Send its last state, or several bodies`); // prettier-ignore
    }
  };
}

/** The entries of a body that is one or an array of them. @throws SyntaxError, CollectorError `push_invalid` */
export function entriesOf(body: Buffer): unknown[] {
  const document = foreignJson(body.toString('utf8'));
  const entries: unknown[] = Array.isArray(document) ? document : [document];
  checkCount(entries, 'entries');
  return entries;
}

/**
 * A body of several entries: those that are understood become pages, each of the others is set aside.
 * @param bodyOf Body that holds such an entry alone.
 * @throws CollectorError `push_invalid` when it tells too often of one thing.
 */
export function pushedEntries<One>(
  { good, bad, refused }: Lenient<One>,
  pagesOf: (one: One) => readonly PushedPage[],
  bodyOf: (refused: unknown) => unknown
): Pushed {
  const pages = good.flatMap(pagesOf);
  const count = countStates();
  for (const { table, values } of pages.flatMap(({ rows }) => rows)) {
    const { external_id: id } = values;
    if (typeof id === 'string') count(`${table} ${id}`);
  }
  const aside = bad.map((skip, at) => ({ ...skip, body: JSON.stringify(bodyOf(writable(refused[at]))) }));
  return aside.length === 0 ? { pages } : { pages, aside };
}
