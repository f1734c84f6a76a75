/** A token, or Grafana's signature: HMAC-SHA256 of the body, or of `<unix seconds>:<body>` where a header carries the time. */
import { createHmac } from 'node:crypto';
import type { PushRequest, Verifier } from '../../connector.ts';
import { anyOf, isSame, tokenInHeader } from '../../push.ts';
import type { Secret } from '../../secret.ts';
import type { Section } from './config.ts';

const MOST_SECONDS = 300;

function signed(
  request: PushRequest,
  secret: Secret,
  { hmac_header: header, hmac_timestamp_header: clock }: Section
): boolean {
  const at = clock === undefined ? null : (request.headers[clock] ?? '');
  const hmac = createHmac('sha256', secret.reveal());
  if (at !== null) hmac.update(`${at}:`);
  const isGenuine = isSame(request.headers[header] ?? '', hmac.update(request.body).digest('hex'));
  const isFresh = at === null || Math.abs(Date.now() / 1000 - Number(at)) <= MOST_SECONDS;
  return isGenuine && isFresh;
}

export function verifierOf(section: Section): Verifier {
  const { tokens, hmac_secrets: keys } = section;
  return anyOf(
    tokenInHeader(tokens),
    ...keys.map(
      (key): Verifier =>
        (request) =>
          signed(request, key, section)
    )
  );
}
