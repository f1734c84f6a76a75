/** How a request is shown to be from its source. Comparisons take the same time whatever was sent. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Verifier } from '../connector.ts';
import type { Secret } from '../secret.ts';

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export interface Signature {
  /** Lower-case header that holds the signature; several, separated by commas, are tried in turn. */
  readonly header: string;
  /** What stands before the digest, e.g. `sha256=`. */
  readonly prefix: string;
  /** Default sha256. */
  readonly algorithm?: 'sha256' | 'sha1' | 'sha512';
}

/** HMAC of the raw body as hex, as GitHub (`x-hub-signature-256: sha256=…`), PagerDuty (`v1=…`) or Linear send it. */
export const hmacOfBody =
  (secret: Secret, { header, prefix, algorithm = 'sha256' }: Signature): Verifier =>
  ({ headers, body }) => {
    const wanted = `${prefix}${createHmac(algorithm, secret.reveal()).update(body).digest('hex')}`;
    return (headers[header] ?? '').split(',').some((given) => isSame(given.trim(), wanted));
  };

/** The secret itself in a header: `authorization: Bearer …`, or e.g. GitLab's `x-gitlab-token`. */
export const tokenInHeader =
  (secret: Secret, { header, prefix } = { header: 'authorization', prefix: 'Bearer ' }): Verifier =>
  ({ headers }) =>
    isSame(headers[header] ?? '', `${prefix}${secret.reveal()}`);
