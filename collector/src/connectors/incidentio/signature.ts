/** Signatures of Svix, which sends incident.io's webhooks (Standard Webhooks 1.0): HMAC-SHA256 of id, time and body, in base64. */
import { createHmac } from 'node:crypto';
import type { Verifier } from '../../connector.ts';
import { isSame } from '../../push.ts';
import type { Secret } from '../../secret.ts';

/** An old delivery is one that somebody recorded; clocks differ by less. */
const TOLERANCE_MS = 5 * 60_000;
/** Several while a secret is changed, never many. */
const MOST_SIGNATURES = 10;

const PREFIX = 'whsec_';

function keyOf(secret: Secret): Buffer {
  const text = secret.reveal();
  return Buffer.from(text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text, 'base64');
}

/** Headers of either name: `webhook-id` of the standard, `svix-id` of Svix. */
const headerOf = (headers: Readonly<Record<string, string | undefined>>, name: string): string =>
  headers[`webhook-${name}`] ?? headers[`svix-${name}`] ?? '';

export const signedBySvix =
  (secret: Secret, now: () => number = Date.now): Verifier =>
  ({ headers, body }) => {
    const [id, at, given] = ['id', 'timestamp', 'signature'].map((name) => headerOf(headers, name));
    if (!id || !at || !given || at !== String(Number.parseInt(at, 10)) || Math.abs(now() - Number(at) * 1000) > TOLERANCE_MS) return false;
    const key = keyOf(secret);
    // Anybody has the empty key.
    if (key.length === 0) return false;
    const signed = createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64');
    return given.split(' ', MOST_SIGNATURES).filter((one) => isSame(one, `v1,${signed}`)).length > 0;
  }; // prettier-ignore

/** Id that a delivery keeps when it is sent again. */
export const deliveryOf = (headers: Readonly<Record<string, string | undefined>>): string | null =>
  headerOf(headers, 'id') || null;
