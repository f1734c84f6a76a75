/** Sources whose lists have no end: each run ends with a clear error after few requests, and keeps what came before. */
import { testDatabase, type TestDatabase } from '../../testing/database.ts';
import { pass } from '../../testing/vendors/pass.ts';
import { serve, type Asked, type Vendor } from '../../testing/vendors/serve.ts';

const DAY = '2026-11-17';
const NEXT = '2026-11-18';
const email = (n: number): string => `u${String(n)}@acme.io`;
const many = (page: number, count: number): number[] => Array.from({ length: count }, (_none, n) => page * count + n);

/** Page of a list; `hostile` is what it does instead of ending. */
type Hostile = 'says it again' | 'never ends';
interface Case {
  readonly stream: string;
  readonly section: (url: string) => object;
  /** A page that holds these, and says that there are more. `total` is what the source counts. */
  readonly page: (some: readonly number[], asked: Asked) => unknown;
  /** Place of the request in the list, from 0 on. */
  readonly placeOf: (asked: Asked, before: number) => number;
  /** Whether it asks for a day before the endless one. */
  readonly isBefore: (asked: Asked) => boolean;
  readonly last: unknown;
}

const byQuery = ({ url }: Asked): number => Number(url.searchParams.get('page') ?? 1) - 1;
const byBody = ({ body }: Asked): number => (JSON.parse(body) as { page: number }).page - 1;
const startOf = ({ body }: Asked): string => new Date((JSON.parse(body) as { startDate: number }).startDate).toISOString().slice(0, 10); // prettier-ignore
const cursorOf = (url: string): object => ({ cursor: { api_key: 'k-never-shown', url, since_days: 3 } });

const jiraOf = (url: string): object => ({ jira: { url, email: 'a@acme.io', api_token: 'j-never-shown' } });
let places = 0;
/** Each is another one than all before. */
const newPlace = (): string => `place-${String(++places)}`;

const CASES: readonly Case[] = [
  {
    stream: 'cursor/events',
    section: cursorOf,
    page: (some) => ({ usageEvents: some.map((n) => ({ timestamp: String(Date.parse(`${DAY}T10:00:00Z`) + n), userEmail: email(n), kind: 'x' })), totalUsageEventsCount: 1, pagination: { hasNextPage: true } }), // prettier-ignore
    placeOf: byBody,
    isBefore: (asked) => startOf(asked) < DAY,
    last: { usageEvents: [], pagination: { hasNextPage: false } },
  },
  {
    stream: 'cursor/usage',
    section: (url) => ({ cursor: { api_key: 'k-never-shown', url, since_days: 9 } }),
    page: (some) => ({ data: some.map((n) => ({ day: DAY, email: email(n), userId: n })), pagination: { hasNextPage: true, totalUsers: 1 } }), // prettier-ignore
    placeOf: byBody,
    isBefore: (asked) => startOf(asked) < '2026-11-10',
    last: { data: [], pagination: { hasNextPage: false } },
  },
  {
    stream: 'cursor/commits',
    section: cursorOf,
    page: (some) => ({ items: some.map((n) => ({ commitHash: n.toString(16).padStart(40, '0'), repoName: `acme/r${String(n)}`, totalLinesAdded: 1 })), totalCount: 2_000_000_000 }), // prettier-ignore
    placeOf: byQuery,
    isBefore: () => false,
    last: { items: [], totalCount: 0 },
  },
  {
    stream: 'copilot/seats',
    section: (url) => ({ copilot: { token: 't-never-shown', url, organisations: ['acme'] } }),
    page: (some) => ({ total_seats: 1, seats: some.map((n) => ({ assignee: { login: `u${String(n)}`, id: n, type: 'User' }, created_at: '2026-01-01T00:00:00Z' })) }), // prettier-ignore
    placeOf: byQuery,
    isBefore: () => false,
    last: { total_seats: 0, seats: [] },
  },
  ...(['console', 'enterprise'] as const).map((id): Case => ({
    stream: `claude/${id}`,
    section: (url) => ({ claude: { admin_key: 'a-never-shown', analytics_key: 'b-never-shown', url, since_days: 5 } }),
    page: (some, { url }) => ({
      data: some.map((n) =>
        id === 'console'
          ? { date: `${DAY}T00:00:00Z`, actor: { type: 'user_actor', email_address: email(n) } }
          : { user: { id: email(n), email_address: email(n) } }
      ),
      has_more: true,
      // Two places in turn: each is another one than the last.
      next_page: url.searchParams.get('page') === 'a' ? 'b' : 'a',
    }),
    placeOf: (_asked, before) => before,
    isBefore: ({ url }) => (url.searchParams.get('starting_at') ?? url.searchParams.get('date') ?? '') < (id === 'console' ? DAY : '2026-11-14'), // prettier-ignore
    last: { data: [], has_more: false },
  })),
  {
    stream: 'pagerduty/incidents',
    section: (url) => ({ pagerduty: { token: 'p-never-shown', url, since_days: 20 } }),
    page: (some) => ({ more: true, incidents: some.map((n) => ({ id: `P${String(n)}`, status: 'resolved', created_at: `${DAY}T10:00:00Z` })) }), // prettier-ignore
    placeOf: ({ url }) => Number(url.searchParams.get('offset')) / 100,
    isBefore: () => false,
    last: { incidents: [], more: false },
  },
  {
    stream: 'incidentio/incidents',
    section: (url) => ({ incidentio: { token: 'i-never-shown', url } }),
    page: (some) => ({
      incidents: some.map((n) => ({ id: `I${String(n)}`, created_at: `${DAY}T10:00:00Z`, updated_at: `${DAY}T10:00:00Z`, incident_status: { category: 'live' } })),
      pagination_meta: { after: `I${String(some.at(-1))}` },
    }), // prettier-ignore
    placeOf: ({ url }) => (Number((url.searchParams.get('after') ?? 'I-1').slice(1)) + 1) / 1_000,
    isBefore: () => false,
    last: { incidents: [], pagination_meta: {} },
  },
  {
    stream: 'jira/issues',
    section: jiraOf,
    page: (some, { url }) =>
      url.pathname.endsWith('/search/jql') ? { issues: some.map((n) => ({ id: n, key: `SHOP-${String(n)}`, fields: { status: { id: 1, name: 'x' }, created: `${DAY}T10:00:00Z`, updated: `${DAY}T10:00:00Z` } })), nextPageToken: newPlace() }
      : url.pathname.endsWith('/myself') ? { accountId: 'a' } : url.pathname.endsWith('/bulkfetch') ? {} : [], // prettier-ignore
    placeOf: (_asked, before) => before,
    isBefore: () => false,
    last: {},
  },
  {
    stream: 'jira/sprints',
    section: jiraOf,
    // It takes no notice of where the page begins.
    page: (some, { url }) =>
      url.pathname.endsWith('/board') ? { values: [{ id: 1 }], isLast: true } : { values: some.map((n) => ({ id: n, state: 'active' })) }, // prettier-ignore
    placeOf: byQuery,
    isBefore: () => false,
    last: {},
  },
  {
    stream: 'linear/cycles',
    section: (url) => ({ linear: { api_key: 'l-never-shown', url } }),
    page: (some) => ({ data: { cycles: { pageInfo: { hasNextPage: true, endCursor: newPlace() }, nodes: some.map((n) => ({ id: String(n), number: n, startsAt: `${DAY}T10:00:00Z`, endsAt: `${DAY}T11:00:00Z`, updatedAt: `${DAY}T10:00:00Z`, team: { key: 'SHOP' } })) } } }), // prettier-ignore
    placeOf: (_asked, before) => before,
    isBefore: () => false,
    last: {},
  },
];

let db: TestDatabase;
let vendor: Vendor | null = null;
beforeAll(async () => {
  db = await testDatabase();
});
afterEach(() => vendor?.close());
afterAll(() => db.close());

async function read({ stream, section, page, placeOf, isBefore, last }: Case, hostile: Hostile): Promise<unknown> {
  let before = 0;
  vendor = await serve((asked) => {
    if (isBefore(asked)) return { status: 200, body: last };
    const place = hostile === 'never ends' ? placeOf(asked, before) : 0;
    before += 1;
    return { status: 200, body: page(many(place, 1_000), asked) };
  });
  await db.pool.query('delete from rate_budget');
  await db.pool.query('delete from stream_state');
  return pass(db.pool, { ...section(vendor.url), repositories: [] }, { now: new Date(`${NEXT}T12:00:00Z`), only: stream }).then(
    () => 'it ended as if it were whole',
    (error: unknown) => error
  ); // prettier-ignore
}

const stateOf = async (stream: string): Promise<{ cursor: unknown; last_error: string } | undefined> =>
  (await db.pool.query<{ cursor: unknown; last_error: string }>('select cursor, last_error from stream_state where starts_with(stream_id, $1)', [stream])).rows[0]; // prettier-ignore

test.each(CASES)('$stream: a page that comes again ends it', async (one) => {
  expect(await read(one, 'says it again')).toMatchObject({ code: 'source_endless', retryable: false });
  expect(vendor?.asked.length).toBeLessThan(12);
  const { cursor, last_error: error } = (await stateOf(one.stream)) ?? { last_error: '' };
  expect(error).toMatch(/has no end: .*\[source_endless\]$/);
  // Days before it are stored, with the place to go on from.
  if (vendor?.asked.some(one.isBefore) === true) expect(cursor).toMatchObject({ from: expect.any(String) as string });
});

// PagerDuty gives no page beyond ten thousand, and Claude's places repeat themselves.
const counted = CASES.filter(({ stream }) => /cursor\/events|seats|claude/.test(stream));
test.each(counted)('$stream: more than the source counts ends it, or a place that was', async (one) => {
  expect(await read(one, 'never ends')).toMatchObject({ code: 'source_endless' });
  expect(vendor?.asked.length).toBeLessThan(15);
});

test('names of repositories that are not collected wait up to a number; of the others it is said', async () => {
  vendor = await serve(({ url }) => ({
    status: 200,
    body: { totalCount: 3_000, items: many(Number(url.searchParams.get('page')) - 1, 1_000).map((n) => ({ commitHash: n.toString(16).padStart(40, '0'), repoName: `acme/r${String(n)}`, totalLinesAdded: 1 })) }, // prettier-ignore
  }));
  await db.pool.query('delete from rate_budget');
  await db.pool.query('delete from stream_state');
  await pass(db.pool, cursorOf(vendor.url), { now: new Date(`${NEXT}T12:00:00Z`), only: 'cursor/commits' });
  expect(((await stateOf('cursor/commits'))?.cursor as { waiting: unknown[] }).waiting).toHaveLength(2_000);
  const { rows } = await db.pool.query<{ reason: string }>(`select reason from skipped where item = 'repositories beyond those that wait'`); // prettier-ignore
  expect(rows).toEqual([{ reason: expect.stringContaining('line counts of 1,000 commits') as string }]);
  expect((await db.pool.query('select from skipped')).rowCount).toBeLessThan(2_010);
});
