/** Log records and spans → what happened. */
import { capped, pattern } from '../../text/pattern.ts';
import {
  attributesOf,
  digestOf,
  fieldsOf,
  firstOf,
  hexOf,
  listOf,
  msOf,
  numberOf,
  signatureOf,
  textOf,
  type Attributes,
  type Fields,
} from './attributes.ts';
import { EVENTS, PREFIXES, SPANS, WHO, type EventEntry, type Measure } from './dialects.ts';
import { shaOf, STRANGE, type Gathering } from './lean.ts';
import { senderOf, toolOf, type Place } from './read-metrics.ts';

/** An event or span of which the table knows the name. */
interface Seen {
  readonly entry: EventEntry;
  readonly tool: string;
  readonly name: string;
  readonly id: string;
  readonly at: number | null;
  readonly start: number | null;
  readonly attributes: Attributes;
  readonly place: Place;
}

const COMMIT_ID = pattern`(?i)"git_commit_id"\s*:\s*"([0-9a-f]{40,64})"`;

/** Commit of a tool's own words about what it ran (`OTEL_LOG_TOOL_DETAILS`); nothing else of them is looked at. */
function commitOf(attributes: Attributes): string | null {
  const own = shaOf(firstOf(['git_commit_id'], attributes));
  if (own !== null) return own;
  const details = attributes.get('tool_parameters')?.['stringValue'];
  const found = typeof details === 'string' ? COMMIT_ID.exec(capped(details)) : null;
  return shaOf(found?.groups[0] ?? null);
}

function keep(gathering: Gathering, { entry, tool, name, id, at, start, attributes, place }: Seen): void {
  const { only, adds, means } = entry;
  if (only !== undefined && textOf(attributes.get(only.attribute)) !== only.value) return;
  if (gathering.isStrange(attributes)) return gathering.refuse(name, STRANGE);
  const who = gathering.indexOf(tool, attributes, place.resource);
  const sha = commitOf(attributes);
  if (means === 'tokens') {
    for (const [measure, attribute] of Object.entries(adds ?? {}) as Array<[Measure, string]>) {
      if (!attributes.has(attribute)) continue;
      const value = numberOf(attributes.get(attribute));
      gathering.points.push({ who, measure, series: `${id}/${measure}`, at, start: null, value, isCumulative: false, name }); // prettier-ignore
    }
  } else if (means !== 'known' || sha !== null) {
    const feature = entry.feature === undefined ? null : textOf(attributes.get(entry.feature));
    gathering.happenings.push({ who, means, id, at, start, type: entry.type ?? null, feature, sha, name });
  }
}

/** Name of an event: the attribute's, its own, or a body that is nothing but one; tools leave out their own name. */
function eventName(record: Fields, attributes: Attributes, place: Place): string | null {
  const { eventName, body } = record;
  const own = typeof eventName === 'string' && eventName !== '' ? eventName : null;
  const prefix = PREFIXES[toolOf(null, place) ?? ''] ?? '';
  // Codex sends the place in its source as its own name (`event otel/src/….rs:737`), and what it means as the attribute.
  const given = firstOf(['event.name'], attributes) ?? own;
  const found = [given, own]
    .flatMap((name) => (name === null ? [] : [name, `${prefix}${name}`]))
    .find((name) => EVENTS.has(name));
  if (found !== undefined) return found;
  // A body may be a prompt: it is compared with the names of the table and is never repeated.
  const text = fieldsOf(body)['stringValue'];
  return typeof text === 'string' && EVENTS.has(text) ? text : given;
}

function readRecord(gathering: Gathering, record: Fields, place: Place): void {
  const attributes = attributesOf(record['attributes']);
  const name = eventName(record, attributes, place);
  const entry = name === null ? undefined : EVENTS.get(name);
  const tool = entry === undefined ? null : toolOf(entry.tool, place);
  if (name === null || entry === undefined || tool === null) {
    gathering.unknown({ kind: 'event', name, ...senderOf(null, place), attributes: attributes.keys() });
    return;
  }
  const at = msOf(record['timeUnixNano']) ?? msOf(record['observedTimeUnixNano']);
  const [session, sequence] = [firstOf(WHO.session, attributes, place.resource), firstOf(['event.sequence'], attributes)]; // prettier-ignore
  const id =
    session !== null && sequence !== null
      ? `${session}/${sequence}`
      : digestOf(`${place.signature} ${name} ${signatureOf(attributes)} ${String(at)}`);
  keep(gathering, { entry, tool, name, id, at, start: null, attributes, place });
}

export function readLogs(gathering: Gathering, resourceLogs: Fields, place: Place): void {
  for (const scope of listOf(resourceLogs['scopeLogs'])) {
    for (const record of listOf(fieldsOf(scope)['logRecords'])) readRecord(gathering, fieldsOf(record), place);
  }
}

function readSpan(gathering: Gathering, span: Fields, place: Place): void {
  const attributes = attributesOf(span['attributes']);
  const own = typeof span['name'] === 'string' ? span['name'] : null;
  const name = firstOf(['gen_ai.operation.name'], attributes) ?? own;
  const entry = name === null ? undefined : SPANS.get(name);
  const tool = entry === undefined ? null : toolOf(entry.tool, place);
  if (name === null || entry === undefined || tool === null) {
    gathering.unknown({ kind: 'span', name, ...senderOf(null, place), attributes: attributes.keys() });
    return;
  }
  const [trace, id] = [hexOf(span['traceId']), hexOf(span['spanId'])];
  if (trace === '' || id === '') {
    gathering.refuse(name, 'it has no trace id or span id');
    return;
  }
  const start = msOf(span['startTimeUnixNano']);
  const at = msOf(span['endTimeUnixNano']) ?? start;
  keep(gathering, { entry, tool, name, id: `${trace}/${id}`, at, start, attributes, place });
}

export function readTraces(gathering: Gathering, resourceSpans: Fields, place: Place): void {
  for (const scope of listOf(resourceSpans['scopeSpans'])) {
    for (const span of listOf(fieldsOf(scope)['spans'])) readSpan(gathering, fieldsOf(span), place);
  }
}
