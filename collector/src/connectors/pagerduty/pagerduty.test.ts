/** Against a server that behaves as PagerDuty's published description of `GET /incidents` says. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema } from '../../config/schema.ts';
import type { JobContext } from '../../jobs/job.ts';
import { readSources } from '../../jobs/sources.ts';
import { streamJobs } from '../../jobs/streams.ts';
import { newLogger } from '../../logger.ts';
import { ofApi } from './normalize.ts';
import { section } from './config.ts';
import { incident } from './schema.ts';

const TOKEN = 'pagerduty-key-never-shown';
const DAY = 86_400_000;
const MOST = 10_000;

interface Stored {
  readonly id: string;
  readonly created_at: string;
  status: string;
  resolved_at: string | null;
}

let db: TestDatabase;
let server: Server;
let stored: Stored[];
let asked: string[];
/** How many requests are still answered with 429. */
let refusals: number;

const NOW = Date.now();
const ago = (days: number): string => `${new Date(NOW - days * DAY).toISOString().slice(0, 19)}Z`;
const one = (id: string, days: number, resolvedDays: number | null): Stored => ({
  id,
  created_at: ago(days),
  status: resolvedDays === null ? 'triggered' : 'resolved',
  resolved_at: resolvedDays === null ? null : ago(resolvedDays),
});

const shown = (given: Stored): object => ({
  ...given,
  type: 'incident',
  title: `Incident ${given.id}`,
  html_url: `https://acme.pagerduty.com/incidents/${given.id}`,
  updated_at: given.resolved_at ?? given.created_at,
  last_status_change_at: given.resolved_at ?? given.created_at,
  service: { id: 'PIJ90N7', type: 'service_reference', summary: 'My Mail Service' },
  priority: { id: 'P53ZZH5', type: 'priority_reference', summary: 'P2' },
  acknowledgements: [],
});

let ordered:
  undefined | { readonly of: Stored[]; readonly all: ReadonlyArray<{ readonly at: number; readonly given: Stored }> };
/** By time; thousands of pages ask the same list. */
function inOrder(): NonNullable<typeof ordered>['all'] {
  if (ordered?.of !== stored) {
    const all = stored.map((given) => ({ at: Date.parse(given.created_at), given }));
    ordered = { of: stored, all: all.sort((one, other) => one.at - other.at) };
  }
  return ordered.all;
}

/** What the description says of the list: six months at most, one month by default, 100 a page, no offset beyond 10,000. */
function list(query: URLSearchParams): { status: number; body: object } {
  const [limit, offset] = [Number(query.get('limit') ?? 25), Number(query.get('offset') ?? 0)];
  const isAll = query.get('date_range') === 'all';
  const since = isAll ? 0 : Date.parse(query.get('since') ?? ago(30));
  const until = isAll ? Infinity : Date.parse(query.get('until') ?? ago(0));
  const isTooMuch = offset + limit > MOST || (!isAll && until - since > 184 * DAY);
  if (isTooMuch || limit > 100) {
    return {
      status: 400,
      body: { error: { message: 'Invalid Input Provided', code: 2001, errors: ['Offset is too large'] } },
    };
  }
  const statuses = query.getAll('statuses[]');
  const found = inOrder()
    .filter(({ at }) => at >= since && at < until)
    .map(({ given }) => given)
    .filter(({ status }) => statuses.length === 0 || statuses.includes(status));
  const incidents = found.slice(offset, offset + limit).map(shown);
  return { status: 200, body: { incidents, limit, offset, total: null, more: found.length > offset + limit } };
}

function answer(path: string, authorization: string | undefined): { status: number; body: object } {
  if (authorization !== `Token token=${TOKEN}`)
    return { status: 401, body: { error: { message: 'Unauthorized', code: 2006 } } };
  if (refusals > 0) {
    refusals -= 1;
    return { status: 429, body: { error: { message: 'Rate Limit Exceeded', code: 2020 } } };
  }
  const url = new URL(path, 'http://pagerduty');
  if (url.pathname === '/incidents') return list(url.searchParams);
  const found = stored.find(({ id }) => url.pathname === `/incidents/${id}`);
  return found
    ? { status: 200, body: { incident: shown(found) } }
    : { status: 404, body: { error: { message: 'Not Found', code: 2100 } } };
}

beforeAll(async () => {
  db = await testDatabase();
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status, body } = answer(request.url ?? '', request.headers.authorization);
    response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await db.close();
});
beforeEach(() => {
  asked = [];
  refusals = 0;
});

async function pass(token = TOKEN): Promise<string> {
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const config = configSchema.parse({ pagerduty: { token, url, services: { PIJ90N7: 'mail' }, since_days: 60 } });
  const context = {
    session: { pool: db.pool, home: '' },
    config,
    log: newLogger('silent'),
    cacheDir: '',
  } as JobContext;
  const jobs = streamJobs(await readSources(db.pool, config), context);
  const job = jobs.find(({ id }) => id === 'pagerduty/incidents');
  return job?.run(new AbortController().signal, { update: () => undefined, done: () => undefined }) ?? 'no such job';
}
const rows = async (): Promise<object[]> => {
  const { rows: found } = await db.pool.query<object>(
    'select external_id as id, service_id as service, severity, resolved_at is not null as over from incident order by 1'
  );
  return found;
};

test('the example of the published description becomes a row', () => {
  const given = incident.parse({"id":"PT4KHLK","type":"incident","html_url":"https://subdomain.pagerduty.com/incidents/PT4KHLK","incident_number":1234,"title":"The server is on fire.","created_at":"2015-10-06T21:30:42Z","updated_at":"2015-10-06T21:40:23Z","status":"resolved","service":{"id":"PIJ90N7","type":"service_reference","summary":"My Mail Service"},"last_status_change_at":"2015-10-06T21:38:23Z","resolved_at":"2015-10-06T21:38:23Z","acknowledgements":[],"priority":{"id":"P53ZZH5","type":"priority_reference","summary":"P2"},"resolve_reason":null,"urgency":"high"}); // prettier-ignore
  const { rows: made } = ofApi(given, {
    section: section.parse({ token: 'x-x-x-x' }),
    accountId: (provider, key) => `${provider} ${key}`,
    now: new Date(),
  });
  expect(made[1]?.values).toMatchObject({
    source: 'pagerduty',
    external_id: 'PT4KHLK',
    service_id: 'My Mail Service',
    severity: 's2',
    started_at: new Date('2015-10-06T21:30:42Z'),
    resolved_at: new Date('2015-10-06T21:38:23Z'),
  });
});

test('incidents come once, those that were open are followed to their end, and one that vanished is let go', async () => {
  stored = [one('P1', 50, 49), one('P2', 40, null), one('P3', 2, null), one('P4', 41, null)];
  await pass();
  expect(await rows()).toEqual(
    ['P1', 'P2', 'P3', 'P4'].map((id) => ({ id, service: 'mail', severity: 's2', over: id === 'P1' }))
  );
  stored = [one('P1', 50, 49), one('P2', 40, 1), one('P3', 2, null), one('P5', 1, null)];
  asked = [];
  await pass();
  expect(await rows()).toEqual([
    expect.objectContaining({ id: 'P1', over: true }),
    expect.objectContaining({ id: 'P2', over: true }),
    expect.objectContaining({ id: 'P3', over: false }),
    expect.objectContaining({ id: 'P4', over: false }),
    expect.objectContaining({ id: 'P5', over: false }),
  ]);
  expect(asked).toHaveLength(4);
  asked = [];
  await pass();
  expect(asked).toHaveLength(2);
});

test('a window with more incidents than the API gives is read in halves; used-up rate is waited for', async () => {
  await db.pool.query('delete from stream_state');
  stored = Array.from({ length: 10_050 }, (_none, index) => one(`Q${String(index)}`, 20 + (index % 5_000) / 1_000, 1));
  refusals = 1;
  await pass();
  const { rows: counted } = await db.pool.query<{ count: number }>(
    `select count(*)::int from incident where external_id like 'Q%'`
  );
  expect(counted).toEqual([{ count: 10_050 }]);
}, 120_000);

test('a key that is not accepted is one clear line without the key', async () => {
  await expect(pass('another-key-never-shown')).rejects.toMatchObject({ code: 'source_login' });
  const { rows: state } = await db.pool.query<{ last_error: string }>(
    `select last_error from stream_state where stream_id = 'pagerduty/incidents'`
  );
  expect(state[0]?.last_error).toContain('answered 401');
  expect(state[0]?.last_error).not.toContain('never-shown');
});
