/** Stream `costs`: AI credits of this month and the last, of all organisations together. */
import type { Page, Stream, StreamContext } from '../../connector.ts';
import { sourceInvalid } from '../../lenient.ts';
import { z } from 'zod';
import type { Section } from './config.ts';
import { apiOf, enterpriseScope, organisationScope, pathOf } from './client.ts';
import { TOOL, toolRow } from './normalize.ts';
import { creditUsage } from './schema.ts';

const cursorType = z.object({});

/** In USD; what is not billed (an allowance) costs nothing. */
async function amountOf(context: StreamContext<Section>, scope: string, month: Date): Promise<number> {
  const answer = await apiOf(context).request(`${pathOf(scope, 'organizations')}/settings/billing/ai_credit/usage`, {
    query: { year: month.getUTCFullYear(), month: month.getUTCMonth() + 1 },
  });
  const parsed = creditUsage.safeParse(answer.json());
  if (!parsed.success) throw sourceInvalid('GitHub Copilot', parsed.error);
  const own = (parsed.data.usageItems ?? []).filter(({ product }) => product.toLowerCase().includes('copilot'));
  return own.reduce((sum, { netAmount }) => sum + netAmount, 0);
}

async function* pull(
  context: StreamContext<Section>,
  _cursor: unknown,
  signal: AbortSignal
): AsyncIterable<Page<object>> {
  const now = context.now();
  const { organisations, enterprise } = context.section;
  const scopes = enterprise === undefined ? organisations.map(organisationScope) : [enterpriseScope(enterprise)];
  for (const back of [1, 0]) {
    signal.throwIfAborted();
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    let amount = 0;
    for (const { name } of scopes) amount += await amountOf(context, name, month);
    const values = { month: month.toISOString().slice(0, 10), category: 'tool_usage', tool_id: TOOL, team_id: '', currency: 'USD', amount: Math.round(amount * 1e4) / 1e4 }; // prettier-ignore
    yield { rows: amount > 0 ? [toolRow, { table: 'cost', values }] : [], cursor: {}, watermark: now };
  }
}

export const costs: Stream<Section, object> = {
  id: 'costs',
  cursor: cursorType,
  every: '53 5 * * *',
  scopes: ({ section }) => (section.costs ? [{ name: '', repository: null, details: null }] : []),
  pull,
};
