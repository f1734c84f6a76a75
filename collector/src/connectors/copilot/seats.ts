/** Stream `seats`: who holds a licence now. The list tells no past: a seat that it does not hold any more ends when that is seen. */
import type { HouseRow, Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { Paging } from '../../http/paging.ts';
import { sourceInvalid } from '../../lenient.ts';
import type { Section } from './config.ts';
import { apiOf, enterpriseScope, organisationScope, pathOf } from './client.ts';
import { ofSeat, seatRow, toolRow, type Naming } from './normalize.ts';
import { seatList, seatsCursor, type Seat, type SeatsCursor } from './schema.ts';

const PER_PAGE = 100;

interface Listed {
  readonly seats: Seat[];
  readonly skips: Skip[];
  /** All that the source counts came. */
  readonly isWhole: boolean;
}

async function listed(context: StreamContext<Section>, signal: AbortSignal): Promise<Listed> {
  const api = apiOf(context);
  const seats: Seat[] = [];
  const skips: Skip[] = [];
  let total: number | null = null;
  const paging = new Paging({
    source: 'GitHub Copilot',
    name: `seats of ${context.scope.name}`,
    setting: 'copilot.url',
  });
  for (let page = 1; ; page++) {
    signal.throwIfAborted();
    const answer = await api.request(`${pathOf(context.scope.name)}/copilot/billing/seats`, {
      query: { per_page: PER_PAGE, page },
    });
    const parsed = seatList.safeParse(answer.json());
    if (!parsed.success) throw sourceInvalid('GitHub Copilot', parsed.error);
    const { good, bad } = parsed.data.seats;
    total = parsed.data.total_seats ?? total;
    for (const one of good) seats.push(one);
    for (const one of bad) skips.push(one);
    if (good.length + bad.length < PER_PAGE && answer.next === null) break;
    paging.turn({ count: good.length + bad.length, total, body: answer.body });
    context.onProgress({ done: seats.length, total, unit: 'seats' });
  }
  return { seats, skips, isWhole: skips.length === 0 && (total === null || seats.length >= total) };
}

/** The earliest start of each account and start: an enterprise lists a person once for each way by which the seat came. */
function rowsOf(seats: readonly Seat[], naming: Naming): HouseRow[] {
  // A seat that one entry ends and another does not is held.
  const lasting = [...seats].sort((a, b) => Number(b.pending_cancellation_date != null) - Number(a.pending_cancellation_date != null)); // prettier-ignore
  return lasting.flatMap((one) => ofSeat(one, naming));
}

const keyOf = ([account, from]: readonly [string, string]): string => `${account} ${from}`;

async function* pull(
  context: StreamContext<Section>,
  cursor: SeatsCursor | null,
  signal: AbortSignal
): AsyncIterable<Page<SeatsCursor>> {
  const now = context.now();
  const naming = { accountId: context.accountId, section: context.section, scope: context.scope.name };
  const { seats, skips, isWhole } = await listed(context, signal);
  const rows = rowsOf(seats, naming);
  const held = rows
    .filter(({ table }) => table === 'account_seat')
    .map(({ values }): [string, string] => [
      values['account_id'] as string,
      (values['valid_from'] as Date).toISOString(),
    ]);
  const isHeld = new Set(held.map(keyOf));
  const before = cursor?.held ?? [];
  const ended = isWhole ? before.filter((one) => !isHeld.has(keyOf(one))) : [];
  const kept = isWhole ? [] : before.filter((one) => !isHeld.has(keyOf(one)));
  yield {
    rows: [
      toolRow,
      ...rows,
      ...ended.map(([account, from]) => seatRow({ account, from: new Date(from) }, now, naming)),
    ],
    skips: isWhole
      ? skips
      : [
          ...skips,
          { item: `seats of ${context.scope.name}`, reason: 'the list was not whole: no seat is ended by it' },
        ],
    cursor: { held: [...new Map([...held, ...kept].map((one) => [keyOf(one), one])).values()] },
    watermark: now,
  };
}

export const seats: Stream<Section, SeatsCursor> = {
  id: 'seats',
  category: 'usage',
  cursor: seatsCursor,
  every: '37 4 * * *',
  scopes: ({ section: { organisations, enterprise } }) => [
    ...organisations.map(organisationScope),
    ...(enterprise === undefined ? [] : [enterpriseScope(enterprise)]),
  ],
  pull,
};
