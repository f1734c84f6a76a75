import type { Connector, Push } from '../../connector.ts';
import { eachEntry } from '../../lenient.ts';
import { entriesOf, pushedEntries, tokenInHeader } from '../../push.ts';
import { planOfFacts } from '../../planned.ts';
import type { Section } from './config.ts';
import { eventPages } from './normalize.ts';
import { cdevent, cloudevent, structured, type CdEvent } from './schema.ts';
import { unwrapped } from './unwrap.ts';

/** The event of a CloudEvent in structured mode, or the document itself. */
const eventOf = (document: unknown): CdEvent =>
  cloudevent.safeParse(document).success ? structured.parse(document).data : cdevent.parse(document);

const events: Push<Section> = {
  id: 'events',
  verify: ({ tokens }) => tokenInHeader(tokens),
  unwrap: ({ body }) => unwrapped(body),
  // In binary mode the body is the data itself; a batch is an array of structured ones.
  normalize: ({ body }, { section, now }) =>
    pushedEntries(
      eachEntry(entriesOf(body), 'event', eventOf),
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
