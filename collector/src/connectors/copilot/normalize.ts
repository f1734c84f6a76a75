/** Outside → house rows. Pure. */
import type { HouseRow, StreamContext } from '../../connector.ts';
import { startOf } from '../../days.ts';
import { measuresOf, reportedTool, total, type Counted } from '../../reported-day.ts';
import { providerOf, type Section } from './config.ts';
import type { Seat, UserDay } from './schema.ts';

export const TOOL = 'copilot';

export interface Naming {
  readonly accountId: StreamContext<unknown>['accountId'];
  readonly section: Pick<Section, 'url'>;
  /** Part of the source: organisation, or `enterprise:name`. */
  readonly scope: string;
}

export const toolRow = reportedTool(TOOL);

const MAX_NAME = 300;

export interface Who {
  readonly id: string | number;
  readonly login?: string | null | undefined;
}

/** The account of the forge: by its number, which stays when it is renamed. */
export function accountOf({ id }: Who, { accountId, section }: Naming): string {
  return accountId(providerOf(section), `id:${String(id)}`);
}

export function accountRow(who: Who, naming: Naming): HouseRow {
  const provider = providerOf(naming.section);
  return {
    table: 'account',
    values: {
      account_id: accountOf(who, naming),
      provider,
      login: who.login?.slice(0, MAX_NAME) ?? null,
      external_id: `${provider === 'github' ? 'github.com' : provider}:${String(who.id)}`,
    },
  };
}

/**
 * A person's day. A use is a prompt (in the editor or on the command line) or an accepted suggestion. Tokens and sessions are known of the
 * command line alone, so they are not those of the tool: unknown.
 */
export function ofUserDay(given: UserDay, naming: Naming): Counted {
  return {
    account: accountRow({ id: given.user_id, login: given.user_login }, naming),
    measures: measuresOf({
      invocations: total(
        given.user_initiated_interaction_count,
        given.code_acceptance_activity_count,
        given.totals_by_cli?.prompt_count
      ),
      suggested_lines: given.loc_suggested_to_add_sum ?? null,
      accepted_lines: given.loc_added_sum ?? null,
    }),
  };
}

/** A seat that is held, or will be until its cancellation. */
export function ofSeat(given: Seat, naming: Naming): HouseRow[] {
  if (given.assignee === null || given.assignee === undefined) return [];
  const { pending_cancellation_date: end } = given;
  return [
    accountRow(given.assignee, naming),
    seatRow(
      { account: accountOf(given.assignee, naming), from: given.created_at },
      end === null || end === undefined ? null : startOf(end),
      naming
    ),
  ];
}

export const seatRow = (
  { account, from }: { readonly account: string; readonly from: Date },
  to: Date | null,
  { scope }: Pick<Naming, 'scope'>
): HouseRow => ({
  table: 'account_seat',
  values: { account_id: account, tool_id: TOOL, source: 'copilot', scope, valid_from: from, valid_to: to },
});
