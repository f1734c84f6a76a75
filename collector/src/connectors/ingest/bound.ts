/** What a token that is bound to organisations may send: what is theirs, wherever it is sent. */
import type { PushRequest } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { pushInvalid } from '../../push.ts';
import type { Section } from './config.ts';
import { strangeOrganisation } from './read.ts';
import { organisationsOf } from './tokens.ts';

/** Their ids and services are of the whole store: whoever may send one may correct that of another organisation. */
const OF_THE_STORE: ReadonlySet<string> = new Set(['deploy', 'incident']);

/**
 * Whether the token of the request may send the body: a document that names no organisation is of the token's.
 * @throws CollectorError `push_invalid` for a body that names another, `push_refused` where none can be named.
 */
export const checkBound =
  (push: string) =>
  (request: PushRequest, section: Section): void => {
    const allowed = organisationsOf(section, request);
    if (allowed === null) return;
    if (OF_THE_STORE.has(push)) {
      throw new CollectorError({
        code: 'push_refused',
        message: `A token that is bound to organisations does not send to /ingest/${push}: what comes there is of the whole store. Send it with one of ingest.tokens.`,
        fault: 'config',
      });
    }
    const fault = strangeOrganisation(request.body, allowed);
    if (fault !== null) throw pushInvalid(fault);
  };
