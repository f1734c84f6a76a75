/** What connectors use of pushes: how a request is shown to be from its source (in the same time whatever was sent), and what is none. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Pushed, PushedPage, Verifier } from './connector.ts';
import { CollectorError } from './errors.ts';
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

/**
 * A body of several entries: those that are understood become pages, the others are set aside.
 * @param bodyOf Body that holds such entries alone.
 * @throws CollectorError `push_invalid` when none is understood: the delivery as a whole waits then.
 */
export function pushedEntries<One>(
  { good, bad, refused }: Lenient<One>,
  pagesOf: (one: One) => readonly PushedPage[],
  bodyOf: (refused: readonly unknown[]) => unknown
): Pushed {
  const [first] = bad;
  if (first === undefined) return { pages: good.flatMap(pagesOf) };
  if (good.length === 0) throw pushInvalid(`${first.item}: ${first.reason}`);
  return { pages: good.flatMap(pagesOf), aside: { entries: bad, body: JSON.stringify(bodyOf(refused)) } };
}
