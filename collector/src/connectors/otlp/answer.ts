/** What a sender hears, in the type of its request. */
import type { PushRequest, Pushed, Refusal } from '../../connector.ts';
import { isJson } from './door.ts';
import { encodeResponse, encodeStatus, type Signal } from './proto.ts';

const REJECTED = { traces: 'rejectedSpans', metrics: 'rejectedDataPoints', logs: 'rejectedLogRecords' } as const;
const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';

/** Success, whole or partial. A sender does not send again what was rejected. */
export function answerOf(
  signal: Signal,
  headers: PushRequest['headers'],
  { rejected, message }: { readonly rejected: number; readonly message: string }
): NonNullable<Pushed['answer']> {
  const partial = rejected === 0 ? {} : { partialSuccess: { [REJECTED[signal]]: rejected, errorMessage: message } };
  if (!isJson(headers)) return { type: PROTOBUF_TYPE, body: encodeResponse(signal, partial) };
  const json =
    rejected === 0 ? {} : { partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: message } };
  return { type: JSON_TYPE, body: JSON.stringify(json) };
}

/** Codes of `google.rpc.Code` by HTTP status. */
const CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 404: 5, 413: 3, 415: 3, 429: 8, 503: 14 };

/** Only 429, 502, 503 and 504 are sent again: what is a fault of ours is one of them. */
export function refusalOf(
  { status, message }: Refusal,
  headers: PushRequest['headers']
): { status: number; type: string; body: string | Buffer } {
  // prettier-ignore
  const told = status === 500 ? 503 : status;
  const code = CODES[told] ?? 2;
  return isJson(headers)
    ? { status: told, type: JSON_TYPE, body: JSON.stringify({ code, message }) }
    : { status: told, type: PROTOBUF_TYPE, body: encodeStatus(code, message) };
}
