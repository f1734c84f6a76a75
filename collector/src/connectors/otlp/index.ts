import type { Connector, Push } from '../../connector.ts';
import { planOfFacts } from '../../planned.ts';
import { answerOf, refusalOf } from './answer.ts';
import type { Section } from './config.ts';
import { letIn, tokenVerifier } from './door.ts';
import type { Lean } from './lean.ts';
import { pagesOf } from './normalize.ts';
import type { Signal } from './proto.ts';

/** The limit that opentelemetry-proto asks a server to have, after decompression. */
const MAX_BYTES = 64 << 20;

const push = (signal: Signal): Push<Section> => ({
  id: signal,
  category: 'usage',
  path: `/v1/${signal}`,
  maxBytes: MAX_BYTES,
  verify: tokenVerifier,
  headers: ['content-type'],
  types: ['application/json', 'application/x-protobuf'],
  unwrap: (request, section) => Buffer.from(JSON.stringify(letIn(signal, section, request))),
  isChecked: true,
  refusal: refusalOf,
  normalize: ({ headers, body }, context) => {
    const { pages, ...refused } = pagesOf(JSON.parse(body.toString('utf8')) as Lean, context);
    return { pages, answer: answerOf(signal, headers, refused) };
  },
});

export const connector: Connector<Section> = {
  id: 'otlp',
  title: 'OpenTelemetry (OTLP)',
  reads:
    'uses, sessions, tokens, lines and cost that Claude Code, Codex, Gemini CLI, Copilot and AgentSpan send themselves (`POST /v1/metrics`, `/v1/logs`, `/v1/traces`)',
  needs: 'a token that you choose, and two environment variables at the tools',
  streams: [],
  pushes: [push('traces'), push('metrics'), push('logs')],
  plan: () => Promise.resolve(planOfFacts([])),
};
