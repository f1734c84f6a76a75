import { foreignJson } from '../../foreign.ts';
import type { Connector, Push, PushRequest } from '../../connector.ts';
import { eachEntry, type Lenient } from '../../lenient.ts';
import { pushedEntries, tokenInHeader } from '../../push.ts';
import { planOfFacts } from '../../planned.ts';
import type { Section } from './config.ts';
import { eventPages } from './normalize.ts';
import { cdevent, cloudevent, structured, type CdEvent } from './schema.ts';

/** The event of a CloudEvent in structured mode, or the document itself. */
function unwrapped(document: unknown): CdEvent {
  const envelope = cloudevent.safeParse(document);
  if (!envelope.success) return cdevent.parse(document);
  const { data_base64: encoded } = envelope.data;
  if (encoded === undefined) return structured.parse(document).data;
  return cdevent.parse(foreignJson(Buffer.from(encoded, 'base64').toString('utf8')));
}

/** In binary mode the body is the data itself; a batch is an array of structured ones. */
function eventsOf({ body }: PushRequest): Lenient<CdEvent> {
  return eachEntry([foreignJson(body.toString('utf8'))].flat(), 'event', unwrapped);
}

const events: Push<Section> = {
  id: 'events',
  verify: ({ tokens }) => tokenInHeader(tokens),
  normalize: (request, { section, now }) =>
    pushedEntries(
      eventsOf(request),
      (event) => eventPages(event, { section, now: now() }),
      (refused) => refused
    ),
};

export const connector: Connector<Section> = {
  id: 'cdevents',
  title: 'CDEvents',
  reads: 'deployments and incidents of anything that speaks CDEvents (CloudEvents over HTTP)',
  needs: 'a token that you choose',
  streams: [],
  pushes: [events],
  plan: () =>
    Promise.resolve(
      planOfFacts([
        { fact: 'deployments', state: 'partly', because: 'whatever sends CDEvents', step: null },
        { fact: 'incidents', state: 'partly', because: 'whatever sends CDEvents', step: null },
      ])
    ),
};
