/** The door: who may send, and what is let in of a request. */
import type { PushRequest, Verifier } from '../../connector.ts';
import { isSame, pushInvalid } from '../../push.ts';
import { fieldsOf, listOf, type Fields } from './attributes.ts';
import type { Section } from './config.ts';
import { Gathering, STRANGE, type Lean } from './lean.ts';
import { decodeRequest, type Signal } from './proto.ts';
import { readLogs, readTraces } from './read-events.ts';
import { placeOf, readMetrics } from './read-metrics.ts';

const bearer = (headers: PushRequest['headers']): string => {
  const [scheme = '', token = ''] = (headers['authorization'] ?? '').trim().split(' ', 2);
  return scheme.toLowerCase() === 'bearer' ? token : '';
};

/** Entries of the section whose token the request carries. All are compared, so that the time does not tell which one it was. */
const known = ({ tokens }: Section, headers: PushRequest['headers']): Section['tokens'] =>
  tokens.filter(({ token }) => isSame(bearer(headers), token.reveal()));

export const tokenVerifier =
  (section: Section): Verifier =>
  ({ headers }) =>
    known(section, headers).length > 0;

/** Organisations for which the sender may send; null = any. */
function allowed(section: Section, headers: PushRequest['headers']): readonly string[] | null {
  const entries = known(section, headers);
  return entries.some(({ organisations }) => organisations.length === 0)
    ? null
    : entries.flatMap(({ organisations }) => organisations);
}

export const isJson = (headers: PushRequest['headers']): boolean =>
  (headers['content-type'] ?? '').toLowerCase().startsWith('application/json');

function documentOf(signal: Signal, { headers, body }: PushRequest): Fields {
  try {
    return fieldsOf(isJson(headers) ? (JSON.parse(body.toString('utf8')) as unknown) : decodeRequest(signal, body));
  } catch {
    throw pushInvalid(`it is no ${isJson(headers) ? 'JSON' : 'protobuf'} of an export request of ${signal}`);
  }
}

const OF = {
  metrics: { list: 'resourceMetrics', scopes: 'scopeMetrics', entries: 'metrics', read: readMetrics },
  logs: { list: 'resourceLogs', scopes: 'scopeLogs', entries: 'logRecords', read: readLogs },
  traces: { list: 'resourceSpans', scopes: 'scopeSpans', entries: 'spans', read: readTraces },
} as const;

const countOf = (resource: Fields, { scopes, entries }: (typeof OF)[Signal]): number =>
  listOf(resource[scopes]).reduce((sum: number, scope) => sum + listOf(fieldsOf(scope)[entries]).length, 0);

/** What is kept of a request. The same request gives the same. @throws CollectorError `push_invalid` */
export function letIn(signal: Signal, section: Section, request: PushRequest): Lean {
  const of = OF[signal];
  const gathering = new Gathering(signal, allowed(section, request.headers));
  for (const one of listOf(documentOf(signal, request)[of.list])) {
    const resource = fieldsOf(one);
    const place = placeOf(resource['resource']);
    if (gathering.isStrange(place.resource)) gathering.refuse('a resource', STRANGE, countOf(resource, of));
    else of.read(gathering, resource, place);
  }
  return gathering.lean();
}
