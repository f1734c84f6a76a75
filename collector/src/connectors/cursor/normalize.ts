/** Outside → house rows. Pure. */
import { createHash } from 'node:crypto';
import { newMark } from '../../attribution/mark-commit.ts';
import type { HouseRow, StreamContext } from '../../connector.ts';
import { markRow } from '../../mark-row.ts';
import { measuresOf, total, type Counted } from '../../reported-day.ts';
import type { CommitRow, DailyRow, UsageEvent } from './schema.ts';

export const TOOL = 'cursor';
/** Program in whose name uses come that are of nobody. */
const SERVICE = 'cursor-service-account';
const MAX_NAME = 300;

type AccountId = StreamContext<unknown>['accountId'];

/** As accounts are known: addresses come in any case. */
const addressOf = (email: string): string => email.trim().toLowerCase().slice(0, MAX_NAME);

/** Account of an address. */
export function accountRow(email: string, accountId: AccountId): HouseRow {
  const address = addressOf(email);
  return { table: 'account', values: { account_id: accountId(TOOL, address), provider: TOOL, email: address } };
}

/** A program is nobody: its uses are kept, and counted for no person. */
const serviceRow = (id: string, accountId: AccountId): HouseRow => ({
  table: 'account',
  values: {
    account_id: accountId(SERVICE, id),
    provider: SERVICE,
    display_name: id.slice(0, MAX_NAME),
    kind: 'automation',
  },
});

const requests = (row: DailyRow): number | null =>
  total(row.composerRequests, row.chatRequests, row.agentRequests, row.cmdkUsages, row.totalTabsAccepted);

/** Something was done on the day. */
export const isUsed = (row: DailyRow): boolean =>
  row.isActive === true || (requests(row) ?? 0) > 0 || (row.acceptedLinesAdded ?? 0) > 0;

/** Whose row it is; null = of somebody who was removed. */
export const whoseRow = ({ email }: Pick<DailyRow, 'email'>): string | null =>
  email === null || email === undefined || email.trim() === '' ? null : addressOf(email);

/** A member's day. A use is a request or an accepted completion; active without either is activity of unknown amount. */
export function ofDaily(row: DailyRow, email: string, accountId: AccountId): Counted {
  const uses = requests(row);
  return {
    account: accountRow(email, accountId),
    measures: measuresOf({
      invocations: isUsed(row) && uses === 0 ? null : uses,
      accepted_lines: row.acceptedLinesAdded ?? null,
    }),
  };
}

/** Account of a use; null = of somebody who was removed. */
export function accountOfEvent(event: UsageEvent, accountId: AccountId): HouseRow | null {
  const email = whoseRow({ email: event.userEmail });
  if (email !== null) return accountRow(email, accountId);
  const service = event.serviceAccountId;
  return service === null || service === undefined ? null : serviceRow(service, accountId);
}

/** What a use adds to its day; it is counted there by the daily row. Cents are cents of USD; what is charged, else what its tokens cost. */
export function ofEvent({ tokenUsage, chargedCents }: UsageEvent, account: HouseRow): Counted {
  const cents = chargedCents ?? tokenUsage?.totalCents ?? null;
  return {
    account,
    measures: measuresOf({
      input_tokens: tokenUsage?.inputTokens ?? null,
      output_tokens: tokenUsage?.outputTokens ?? null,
      cost_usd: cents === null ? null : cents / 100,
    }),
  };
}

function featureOf(event: UsageEvent): string | null {
  if (event.cloudAgentId !== null && event.cloudAgentId !== undefined) return 'cloud_agent';
  if (event.isFreeBugbot === true) return 'bugbot';
  return event.isHeadless === true ? 'headless' : null;
}

/** Id of a use: the API gives none. Corrected tokens and costs keep it. */
const eventId = ({ timestamp, model }: UsageEvent): string =>
  createHash('sha256').update(JSON.stringify([timestamp, model ?? ''])).digest('hex').slice(0, 32); // prettier-ignore

/** The use as a point of its account. */
export const pointOf = (event: UsageEvent, account: HouseRow): HouseRow => ({
  table: 'tool_point',
  values: {
    account_id: account.values['account_id'] as string,
    tool_id: TOOL,
    series_id: eventId(event),
    at: new Date(event.timestamp),
    start_at: null,
    measure: 'use',
    value: 1,
    is_cumulative: false,
    type: 'tool_invocation',
    feature: featureOf(event),
    repo_id: null,
  },
});

export const seatRow = (account: string, from: Date, to: Date | null): HouseRow => ({
  table: 'account_seat',
  values: { account_id: account, tool_id: TOOL, source: 'cursor', scope: '', valid_from: from, valid_to: to },
});

const aiLines = ({ tabLinesAdded, composerLinesAdded }: CommitRow): number =>
  (tabLinesAdded ?? 0) + (composerLinesAdded ?? 0);

/** Of several rows of a commit the one that saw most lines by AI: a machine that did not see them counts them as a person's. */
export const betterOf = (a: CommitRow | undefined, b: CommitRow): CommitRow =>
  a === undefined || aiLines(b) >= aiLines(a) ? b : a;

/** Line counts of a commit; null = it adds none, of which there is no share. */
export function ofCommit(row: CommitRow): HouseRow | null {
  const { totalLinesAdded: all, tabLinesAdded: tab, composerLinesAdded: composer } = row;
  if (all === 0) return null;
  return markRow(
    row.commitHash,
    newMark('line_count', TOOL, {
      value: `tab ${String(tab ?? 0)}, composer ${String(composer ?? 0)} of ${String(all)} lines`,
      aiShare: Math.min(1, aiLines(row) / all),
    })
  );
}
