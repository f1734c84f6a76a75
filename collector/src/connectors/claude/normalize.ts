/** Outside → what is counted of accounts. Pure. */
import type { HouseRow, StreamContext } from '../../connector.ts';
import { measuresOf, total, type Counted } from '../../reported-day.ts';
import type { ConsoleRow, EnterpriseRow } from './schema.ts';

export const TOOL = 'claude-code';

type AccountId = StreamContext<unknown>['accountId'];

const MAX_NAME = 300;

const person = (email: string, accountId: AccountId): HouseRow => {
  const address = email.trim().toLowerCase().slice(0, MAX_NAME);
  return { table: 'account', values: { account_id: accountId(TOOL, address), provider: TOOL, email: address } };
};

/** A key is nobody: its days are kept, and counted for no person. */
const key = (name: string, accountId: AccountId): HouseRow => ({
  table: 'account',
  values: {
    account_id: accountId('claude-api-key', name),
    provider: 'claude-api-key',
    display_name: name.slice(0, MAX_NAME),
    kind: 'automation',
  },
});

/** Cents of dollars in dollars; other currencies are not converted. */
function dollars(models: NonNullable<ConsoleRow['model_breakdown']>): number | null {
  const cents = models.map(({ estimated_cost: cost }) => (cost?.currency === 'USD' ? cost.amount : null));
  const sum = total(...cents);
  return sum === null ? null : Math.round(sum * 1e4) / 1e6;
}

/** A row of the Console, whose uses are sessions (no API counts prompts): of one terminal and kind of customer. Input as telemetry counts it: without what came from caches. */
export function ofConsole(given: ConsoleRow, accountId: AccountId): Counted {
  const { actor, core_metrics: core, model_breakdown: breakdown } = given;
  const models = breakdown ?? [];
  return {
    account: actor.type === 'user_actor' ? person(actor.email_address, accountId) : key(actor.api_key_name, accountId),
    measures: measuresOf({
      sessions: core?.num_sessions ?? null,
      accepted_lines: core?.lines_of_code?.added ?? null,
      input_tokens: total(...models.map(({ tokens: one }) => one?.input)),
      output_tokens: total(...models.map(({ tokens: one }) => one?.output)),
      cost_usd: dollars(models),
    }),
  };
}

/** A user of an Enterprise plan; null = nothing is said of Claude Code. */
export function ofEnterprise({ user, claude_code_metrics: code }: EnterpriseRow, accountId: AccountId): Counted | null {
  const core = code?.core_metrics;
  if (core === null || core === undefined) return null;
  return {
    account: person(user.email_address, accountId),
    measures: measuresOf({
      sessions: core.distinct_session_count ?? null,
      accepted_lines: core.lines_of_code?.added_count ?? null,
    }),
  };
}
