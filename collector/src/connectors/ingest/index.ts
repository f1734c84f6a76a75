import { createHash } from 'node:crypto';
import type { ZodType } from 'zod';
import { BOUND, type Connector, type Push, type PushContext, type PushRequest } from '../../connector.ts';
import { planOfFacts } from '../../planned.ts';
import { checkBound } from './bound.ts';
import type { Section } from './config.ts';
import { buildPage, changePage, deployPage, incidentPage, reviewPage, type Context, type Sent } from './normalize.ts';
import { readDocuments } from './read.ts';
import { build, change, deploy, incident, review, toolEvent } from './schema.ts';
import { organisationsOf, tokenVerifier } from './tokens.ts';
import { joined, toolEventPage } from './tool-events.ts';

/** What a token that is bound to organisations says of accounts weighs less than what others say. */
const trusting = ({ headers }: PushRequest, context: PushContext<Section>): Context => ({
  ...context,
  trust: headers[BOUND] === undefined ? 1 : 0,
});

/** An id is its token's: another token may give the same id to another body, and does not hear that it came before. */
function deliveryId({ headers }: PushRequest): string | null {
  const id = headers['idempotency-key'];
  if (id === undefined) return null;
  const whose = createHash('sha256').update(`${headers['authorization'] ?? ''}\n${id}`).digest('hex').slice(0, 12); // prettier-ignore
  return `${id} ${whose}`;
}

function push<Value extends object>(
  id: string,
  schema: ZodType<Value>,
  toPage: (value: Value, context: Context) => Sent
): Push<Section> {
  return {
    id,
    path: `/ingest/${id}`,
    verify: tokenVerifier,
    deliveryId,
    isBound: (request, section) => organisationsOf(section, request) !== null,
    check: checkBound(id),
    isChecked: true,
    normalize: (request, context) => {
      const own = trusting(request, context);
      return readDocuments(request.body, schema, { now: context.now(), toPage: (value) => toPage(value, own) });
    },
  };
}

const toolEvents: Push<Section> = {
  ...push('tool-event', toolEvent, toolEventPage),
  category: 'usage',
  normalize: (request, context) => {
    const own = trusting(request, context);
    const { pages, ...rest } = readDocuments(request.body, toolEvent, { now: context.now(), toPage: (value) => toolEventPage(value, own) }); // prettier-ignore
    return { pages: [...joined(pages.filter(({ rows }) => rows.length > 0)), ...pages.filter(({ rows }) => rows.length === 0)], ...rest }; // prettier-ignore
  },
};

export const connector: Connector<Section> = {
  id: 'ingest',
  title: 'Plain POST',
  reads: 'deployments, incidents, changes, reviews, builds and uses of tools that anything sends (`POST /ingest/…`)',
  needs: 'a token that you choose',
  streams: [],
  pushes: [
    push('deploy', deploy, deployPage),
    push('incident', incident, incidentPage),
    push('change', change, changePage),
    push('review', review, reviewPage),
    push('build', build, buildPage),
    toolEvents,
  ],
  plan: () =>
    Promise.resolve(
      planOfFacts([
        { fact: 'deployments', state: 'partly', because: 'whatever is sent to POST /ingest/deploy', step: null },
        { fact: 'incidents', state: 'partly', because: 'whatever is sent to POST /ingest/incident', step: null },
        { fact: 'reviews', state: 'partly', because: 'whatever is sent to POST /ingest/review', step: null },
      ])
    ),
};
