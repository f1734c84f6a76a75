/** Stream `seats`: who is a member of the team now. The list tells no past: a seat begins at the look that finds it, and ends at the one that does not. */
import type { Page, Stream, StreamContext } from '../../connector.ts';
import { sourceInvalid } from '../../lenient.ts';
import { reportedTool } from '../../reported-day.ts';
import { apiOf, TEAM } from './client.ts';
import type { Section } from './config.ts';
import { accountRow, seatRow, TOOL } from './normalize.ts';
import { memberList, seatsCursor, type Member, type SeatsCursor } from './schema.ts';

/** Owners who pay for others and hold no seat themselves. */
const WITHOUT_SEAT = 'free-owner';

const isSeated = ({ role, isRemoved }: Member): boolean => isRemoved !== true && role !== WITHOUT_SEAT;

async function* pull(context: StreamContext<Section>, before: SeatsCursor | null): AsyncIterable<Page<SeatsCursor>> {
  const now = context.now();
  const answer = await apiOf(context).request('teams/members');
  const parsed = memberList.safeParse(answer.json());
  if (!parsed.success) throw sourceInvalid('Cursor', parsed.error);
  const { good, bad } = parsed.data.teamMembers;
  // Nobody at all, or an entry that is not understood: it is no list of who is gone.
  const isWhole = bad.length === 0 && good.length > 0;
  const accounts = new Map(
    good.filter(isSeated).map(({ email }) => accountRow(email, context.accountId)).map((row) => [row.values['account_id'] as string, row])
  ); // prettier-ignore
  const known = new Map(before?.held ?? []);
  const held = [...accounts.keys()].map((account): [string, string] => [account, known.get(account) ?? now.toISOString()]); // prettier-ignore
  const gone = [...known].filter(([account]) => !accounts.has(account));
  yield {
    rows: [
      reportedTool(TOOL),
      ...accounts.values(),
      ...held.map(([account, from]) => seatRow(account, new Date(from), null)),
      ...(isWhole ? gone.map(([account, from]) => seatRow(account, new Date(from), now)) : []),
    ],
    skips: isWhole
      ? []
      : [...bad, { item: 'members of the Cursor team', reason: 'the list was not whole: no seat is ended by it' }],
    cursor: { held: isWhole ? held : [...held, ...gone] },
    watermark: now,
  };
}

export const seats: Stream<Section, SeatsCursor> = {
  id: 'seats',
  category: 'usage',
  cursor: seatsCursor,
  every: '41 4 * * *',
  scopes: () => [TEAM],
  pull,
};
