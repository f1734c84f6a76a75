/** What becomes of a request: raw body → verified → (checked) → inbox → answer. The queue does the rest, see `work-off.ts`. */
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { BOUND, type PushRequest, type Pushed } from '../connector.ts';
import { CollectorError, maskTokens } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { pushInvalid } from '../push.ts';
import { withoutKnownSecrets } from '../secret.ts';
import { tooLarge } from './hold-back.ts';
import { openInbox, type Accepted, type Inbox } from './inbox.ts';
import { normalized, type Receiver } from './receivers.ts';
import { warningsOf } from './warnings.ts';

export interface PushAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** A path that the server receives. */
export interface PushRoute {
  readonly stream: string;
  readonly path: string;
  /** Longest body in bytes. */
  readonly maxBytes: number;
  /** Whether the headers alone show that a request is from its source; false = its body must be seen. @throws CollectorError `push_refused` when they show that it is not. */
  readonly isKnown: (headers: PushRequest['headers']) => boolean;
  /** @throws CollectorError `push_refused`, `push_invalid`, `push_flood`, `push_id_reused`, `not_collected`, or what the store throws. */
  readonly receive: (request: PushRequest) => Promise<PushAnswer>;
  /** See `Push.refusal`. */
  readonly refusal: Receiver['push']['refusal'] | null;
}

export interface PushOptions {
  readonly pool: pg.Pool;
  readonly receivers: Iterable<Receiver>;
  readonly log: Logger;
  /** Called when there is something to work off. */
  readonly onAccepted: () => void;
}

const MEGABYTE = 1 << 20;

const wrongType = (header: string, good: readonly string[]): CollectorError =>
  new CollectorError({
    code: 'push_type',
    message: `The header ${header} is none that is understood here. Send ${header}: ${good.join(' or ')}.`,
    fault: 'source',
  });

/** @throws CollectorError `push_type` */
function checkType({ push: { types } }: Receiver, headers: PushRequest['headers']): void {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (types !== undefined && !types.includes(type)) throw wrongType('content-type', types);
}

const UNPACKED: ReadonlySet<string> = new Set(['', 'identity']);

function decompressed({ headers, body }: PushRequest, maxBytes: number): Buffer {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (UNPACKED.has(encoding)) return body;
  if (encoding !== 'gzip') throw wrongType('content-encoding', ['gzip']);
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw pushInvalid('it is not gzip');
  }
}

/**
 * Escapes of JSON for characters that need none (`\u0061`, `\/`) within its strings written as these: the same document, in which a secret
 * reads as what it is. What stands outside of strings stays as it came: `\u007b` is no bracket. No string goes over the end of a line.
 */
function unescaped(json: string): string {
  let isWithin = false;
  return json.replace(/["\n]|\\(\/|u00[2-7][0-9a-f]|[^])/gi, (whole, escape: string | undefined) => {
    if (escape === undefined) isWithin = whole === '"' && !isWithin;
    else if (escape === '\n') isWithin = false;
    if (escape === undefined || !isWithin) return whole;
    if (escape === '/') return '/';
    const character = /^u00/i.test(escape) ? String.fromCharCode(parseInt(escape.slice(1), 16)) : '"';
    return ['"', '\\', '\x7f'].includes(character) ? whole : character;
  });
}

/** A sender may put a secret into a text by mistake, ours or another's token: it is masked before anything is stored, the same everywhere. */
function masked(body: Buffer): Buffer {
  const text = body.toString('utf8');
  const plain = unescaped(text);
  const without = maskTokens(withoutKnownSecrets(plain));
  return without === plain ? body : Buffer.from(without);
}

/** The headers that the connector reads, and whether the sender is bound. */
function kept({ push, section }: Receiver, request: PushRequest): Record<string, string> {
  const isBound = push.isBound?.(request, section) ?? false;
  const own = Object.fromEntries(
    (push.headers ?? []).flatMap((name) => {
      const value = request.headers[name];
      return value === undefined ? [] : [[name, withoutKnownSecrets(value.slice(0, 1000))]];
    })
  );
  return isBound ? { ...own, [BOUND]: 'yes' } : own;
}

const refused = (stream: string): CollectorError =>
  new CollectorError({
    code: 'push_refused',
    message: `A request to ${stream} does not carry the secret of the configuration. Set the same one at the sender.`,
    fault: 'source',
  });

/** A 403, which no exporter sends again. */
const notCollected = ({ stream, push: { category } }: Receiver): CollectorError =>
  new CollectorError({
    code: 'not_collected',
    message: `What ${stream} brings is not collected: privacy.collect.${category ?? ''} is false in throughline.yaml. Nothing of the request was kept. End the sender, or switch it on.`,
    fault: 'config',
  });

/** Asks the verifier with a body that tells whether it was looked at. What is said here of a signature is said again of the body that came. */
function isKnown({ stream, verify }: Receiver, headers: PushRequest['headers']): boolean {
  let needsBody = false;
  const request = {
    headers,
    get body(): Buffer {
      needsBody = true;
      return Buffer.alloc(0);
    },
  };
  const isGood = verify(request);
  if (!isGood && !needsBody) throw refused(stream);
  return isGood;
}

async function answerOf(pool: pg.Pool, pushed: Pushed, accepted: Accepted): Promise<PushAnswer> {
  if (pushed.answer) {
    return { status: 200, ...pushed.answer };
  }
  const warnings = [...(pushed.notices ?? []), ...(await warningsOf(pool, pushed))];
  const refused = pushed.pages.flatMap(({ skips = [] }) => skips);
  const body = {
    accepted: pushed.pages.reduce((sum, { rows, documents = 1 }) => sum + (rows.length > 0 ? documents : 0), 0),
    ...(accepted === 'known' ? { is_known: true } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(refused.length > 0 ? { refused } : {}),
  };
  return { status: 202, type: 'application/json', body: JSON.stringify(body) };
}

/** Where a push is received. */
export const pathOf = ({ connector, push }: { readonly connector: Pick<Receiver['connector'], 'id'>; readonly push: Pick<Receiver['push'], 'id' | 'path'> }): string =>
  push.path ?? `/push/${connector.id}/${push.id}`; // prettier-ignore

function routeOf(receiver: Receiver, inbox: Inbox, { pool, log, onAccepted }: PushOptions): PushRoute {
  const { push, stream, verify } = receiver;
  const maxBytes = push.maxBytes ?? MEGABYTE;
  return {
    stream,
    path: pathOf(receiver),
    maxBytes,
    refusal: push.refusal ?? null,
    isKnown: (headers) => isKnown(receiver, headers),
    receive: async (raw) => {
      if (!verify(raw)) {
        throw refused(stream);
      }
      if (receiver.isOff) throw notCollected(receiver);
      checkType(receiver, raw.headers);
      const came = decompressed(raw, maxBytes);
      const body = masked(push.unwrap?.({ headers: raw.headers, body: came }, receiver.section) ?? came);
      // Of what is stored: whatever was written differently on the way is seen.
      push.check?.({ headers: raw.headers, body }, receiver.section);
      const headers = kept(receiver, raw);
      const checked = push.isChecked ? normalized(receiver, { headers, body }, new Date()) : null;
      const accepted = await inbox.add({ source: stream, id: push.deliveryId?.(raw) ?? null, headers, body });
      log.debug({ stream, bytes: body.length, accepted }, 'push received');
      if (accepted === 'new') {
        onAccepted();
      }
      return checked === null
        ? { status: 202, type: 'application/json', body: '{}' }
        : answerOf(pool, checked, accepted);
    },
  };
}

/** The paths of all receivers. */
export function pushRoutes(options: PushOptions): PushRoute[] {
  const inbox = openInbox(options.pool);
  return [...options.receivers].map((receiver) => routeOf(receiver, inbox, options));
}
