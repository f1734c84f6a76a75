/** What an answer of a source says: its body within limits, how long to wait, and which error it is. */
import { CollectorError, messageOf } from '../errors.ts';

const REPORT = 'a report';
const tooLarge = ({ url }: Response, most: number, what: string): CollectorError => {
  const { origin, pathname } = new URL(url);
  return new CollectorError({
    code: 'source_too_large',
    message: `${origin}${pathname} answered with ${what} of more than ${most.toLocaleString('en')} ${what === REPORT ? 'lines' : 'bytes'}. Ask for smaller pages.`,
    fault: 'source',
  });
};

async function* chunksOf({ body }: Response): AsyncIterable<Uint8Array> {
  const reader = body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) yield read.value;
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

/** @throws CollectorError `source_too_large`. */
export async function readBody(
  response: Response,
  maxBytes: number,
  onBytes: (size: number) => void = () => undefined
): Promise<Buffer> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(response, maxBytes, 'a body');
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(response)) {
    size += chunk.byteLength;
    onBytes(chunk.byteLength);
    if (size > maxBytes) throw tooLarge(response, maxBytes, 'a body');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Lines of one answer: more are no report. */
const MOST_LINES = 2_000_000;

interface Lines {
  readonly take: (line: string) => void;
  readonly onBytes: (size: number) => void;
}

/** Hands over the lines of a body one by one, empty ones left out; nothing is kept. @throws CollectorError `source_too_large` for a line, or too many. */
export async function readLines(response: Response, maxBytes: number, { take, onBytes }: Lines): Promise<Buffer> {
  let count = 0;
  const decoder = new TextDecoder();
  let rest = '';
  const takeOf = (text: string): void => {
    if (text.trim() === '') return;
    count += 1;
    if (count > MOST_LINES) throw tooLarge(response, MOST_LINES, REPORT);
    take(text);
  };
  for await (const chunk of chunksOf(response)) {
    onBytes(chunk.byteLength);
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > maxBytes) throw tooLarge(response, maxBytes, 'a line');
    parts.forEach(takeOf);
  }
  takeOf(rest + decoder.decode());
  return Buffer.alloc(0);
}

/** Seconds of a `Retry-After` header, which holds seconds or an HTTP date; null = none. */
function retryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after');
  if (text === null) {
    return null;
  }
  const seconds = /^\s*\d+\s*$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(1, Math.ceil(seconds));
}

/** The limits of sources are by the second, minute, hour or day: what asks to wait for longer is not believed. */
const LONGEST_WAIT_S = 86_400;

/** Instants as epoch seconds, or seconds from now: both are in use under the same name. */
const resetIn = (value: number): number => (value > 1_000_000_000 ? value - Date.now() / 1000 : value);

/** Seconds until a rate that this answer says is used up begins anew, a day at most; null = it is not used up. */
export function secondsToWait(response: Response): number | null {
  const seconds = askedToWait(response);
  return seconds === null ? null : Math.min(seconds, LONGEST_WAIT_S);
}

function askedToWait({ status, headers }: Response): number | null {
  // A limit may also come as an answer that went well, with the error in its body.
  const asked = status === 429 || status === 403 || status === 503 || status === 200 ? retryAfter(headers) : null;
  if (asked !== null) {
    return asked;
  }
  for (const prefix of ['x-ratelimit', 'ratelimit']) {
    if (headers.get(`${prefix}-remaining`)?.trim() === '0') {
      const reset = Number(headers.get(`${prefix}-reset`) ?? 'NaN');
      return Number.isNaN(reset) ? 60 : Math.max(1, Math.ceil(resetIn(reset)));
    }
  }
  return status === 429 ? 60 : null;
}

/** Where sources say what is wrong, the most telling first: `error` is often the mere name of the status. */
const SAYING = ['message', 'error_description', 'detail', 'error'].map((key) => new RegExp(`"${key}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`)); // prettier-ignore

/** The source's own words, one short line of text; '' = none. */
function reasonOf(body: Buffer): string {
  const text = body.subarray(0, 2_000).toString('utf8');
  const message = SAYING.map((saying) => saying.exec(text)?.[1]).find((found) => found !== undefined && found !== '') ?? ''; // prettier-ignore
  return messageOf(message.replace(/\s+/g, ' ').slice(0, 200));
}

const ways: Readonly<Record<number, { readonly code: string; readonly text: string }>> = {
  401: {
    code: 'source_login',
    text: 'the credential is not accepted. Renew it, and check that the variable holds it.',
  },
  403: {
    code: 'source_forbidden',
    text: 'the credential lacks a right. Grant what the README of the connector lists.',
  },
  404: { code: 'source_not_found', text: 'there is no such thing, or the credential may not see it. Check the name.' },
  410: { code: 'source_not_found', text: 'it is gone. Take it out of the configuration.' },
};

/** The error of an answer that is none; null = it is usable. `wait`: see `secondsToWait`. */
export function statusError(
  { response, body }: { readonly response: Response; readonly body: Buffer },
  wait: number | null,
  explain?: (headers: Headers, status: number, reason: string) => string | null
): CollectorError | null {
  const { status } = response;
  if (status === 304 || (status >= 200 && status < 300)) {
    return null;
  }
  const { origin, pathname } = new URL(response.url);
  const reason = reasonOf(body);
  const where = `${origin}${pathname} answered ${String(status)}${reason === '' ? '' : ` (${reason})`}`;
  const make = (code: string, text: string, more: object = {}): CollectorError =>
    new CollectorError({ code, message: `${where}: ${text}`, fault: 'source', ...more });
  if (wait !== null && (status === 429 || status === 403)) {
    return make('source_rate_limited', `asked to wait ${String(wait)} s. Nothing to do: the run goes on then.`, {
      retryable: true,
      retryAfterSeconds: wait,
    });
  }
  if (status >= 500 || status === 408) {
    return make('source_unavailable', 'the source is in trouble. Nothing to do: it is asked again.', {
      retryable: true,
      ...(wait === null ? {} : { retryAfterSeconds: wait }),
    });
  }
  const way = ways[status];
  const own = explain?.(response.headers, status, reason) ?? null;
  return way
    ? make(way.code, own ?? way.text)
    : make('source_refused', 'the request is refused. Report it with this line.');
}
