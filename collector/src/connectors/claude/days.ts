/** Streams `console` and `enterprise`: the day of every user, day by day; days that are not settled are read again. */
import type { z } from 'zod';
import type {
  Check,
  CheckContext,
  Http,
  HttpOptions,
  Page,
  Scope,
  Skip,
  Stream,
  StreamContext,
} from '../../connector.ts';
import { addDays, dayOf, daysToRead, startOf } from '../../days.ts';
import { CollectorError } from '../../errors.ts';
import { Paging } from '../../http/paging.ts';
import { keyKind, type KeyKinds } from '../../key-kind.ts';
import { sourceInvalid } from '../../lenient.ts';
import { reportedDay, type Counted } from '../../reported-day.ts';
import type { Secret } from '../../secret.ts';
import type { Section } from './config.ts';
import { ofConsole, ofEnterprise, TOOL } from './normalize.ts';
import { consolePage, cursor, ENTERPRISE_DAYS, enterprisePage, FIRST_ENTERPRISE_DAY, type Cursor } from './schema.ts';

const PER_PAGE = 1000;
const VERSION = '2023-06-01';

type Context = StreamContext<Section>;

/** One of the two APIs. */
interface Api {
  readonly id: string;
  readonly every: string;
  readonly key: (section: Section) => Secret | undefined;
  readonly explain: (key: Secret) => NonNullable<HttpOptions['explain']>;
  readonly path: string;
  /** Query parameter of the day. */
  readonly day: string;
  readonly page: typeof consolePage | typeof enterprisePage;
  readonly counted: (page: { readonly data: { readonly good: readonly unknown[] } }, context: Context, day: string) => Counted[]; // prettier-ignore
  /** Days back to which it is corrected. */
  readonly settlesAfter: number;
  /** Newest days that it may not have yet: what it refuses of them is not a fault. */
  readonly late: number;
  readonly most: number;
  readonly first?: string;
}

const httpOf = ({ http, section }: Pick<Context, 'http' | 'section'>, api: Api, secret: Secret): Http =>
  http({
    baseUrl: section.url,
    auth: { secret, header: 'x-api-key', prefix: '' },
    headers: { 'anthropic-version': VERSION },
    rate: { requests: 50, perSeconds: 60 },
    explain: api.explain(secret),
  });

interface Read {
  readonly counted: Counted[];
  readonly skips: Skip[];
}

async function readDay(api: Api, { context, http, day }: { context: Context; http: Http; day: string }): Promise<Read> {
  const counted: Counted[] = [];
  const skips: Skip[] = [];
  let page: string | undefined;
  const paging = new Paging({ source: 'Claude', name: `${api.id} use of ${day}`, setting: 'claude.url' });
  for (;;) {
    const answer = await http.request(api.path, { query: { [api.day]: day, limit: PER_PAGE, page } });
    const parsed = (api.page as z.ZodType<z.infer<typeof consolePage>>).safeParse(answer.json());
    if (!parsed.success) throw sourceInvalid('Claude', parsed.error);
    for (const one of api.counted(parsed.data, context, day)) counted.push(one);
    for (const { item, reason } of parsed.data.data.bad)
      skips.push({ item: `claude ${api.id} ${day} ${item}`, reason });
    if (parsed.data.has_more !== true || parsed.data.next_page == null) break;
    page = parsed.data.next_page;
    paging.turn({ place: page, count: parsed.data.data.good.length + parsed.data.data.bad.length, body: answer.body });
  }
  return { counted, skips };
}

/** A day that is refused because it is not there yet. */
async function readIfThere(api: Api, at: { context: Context; http: Http; day: string; age: number }): Promise<Read> {
  try {
    return await readDay(api, at);
  } catch (error) {
    const isAbsent = error instanceof CollectorError && ['source_refused', 'source_not_found'].includes(error.code);
    if (isAbsent && at.age <= api.late) return { counted: [], skips: [] };
    throw error;
  }
}

const streamOf = (api: Api): Stream<Section, Cursor> => ({
  id: api.id,
  category: 'usage',
  cursor,
  every: api.every,
  scopes: ({ section }): Scope[] =>
    api.key(section) === undefined ? [] : [{ name: '', repository: null, details: null }],
  async *pull(context, before, signal): AsyncIterable<Page<Cursor>> {
    const secret = api.key(context.section);
    if (secret === undefined) return;
    const http = httpOf(context, api, secret);
    const { settlesAfter, first } = api;
    const sinceDays = Math.min(api.most, context.section.since_days);
    const window = { from: before?.from ?? null, now: context.now(), sinceDays, settlesAfter, lag: 1 };
    const days = [...daysToRead(first === undefined ? window : { ...window, first })];
    for (const [done, { day, from }] of days.entries()) {
      signal.throwIfAborted();
      const { counted, skips } = await readIfThere(api, { context, http, day, age: days.length - done });
      yield {
        ...reportedDay({ source: 'claude', scope: api.id, toolId: TOOL, day }, counted, skips),
        cursor: { from },
        watermark: startOf(from),
        progress: { done: done + 1, total: days.length, unit: 'days' },
      };
    }
  },
});

/** Keys that are taken for one another. */
const KINDS: KeyKinds = [
  ['sk-ant-admin', 'an Admin API key of a Console organisation'],
  ['sk-ant-api03', 'an inference key, which asks models and reads no use'],
  ['sk-ant-api01', 'a key of a Claude Enterprise organisation'],
  ['sk-ant-oat', 'the log-in of a person (Claude Code)'],
  ['sk-', 'a key of another vendor'],
  ['key_', 'a key of another vendor'],
];

const words =
  (needs: string, plan: string): Api['explain'] =>
  (key) =>
  (_headers, status) =>
    status === 401
      ? `the key is not accepted: it is revoked or mistyped, or of another kind.${keyKind(key, KINDS)} It must be ${needs}`
      : status === 403 || status === 404
        ? `the key or the plan does not allow it.${keyKind(key, KINDS)} This needs ${needs} ${plan}`
        : null;

/** An hour behind at most; a day is read twice more. */
const CONSOLE: Api = {
  id: 'console',
  every: '17 */6 * * *',
  key: (section) => section.admin_key,
  explain: words('an Admin API key (sk-ant-admin…) of a Console organisation, made by an admin of it.', 'Team plans have no API: use OpenTelemetry or ai_usage_daily.csv.'), // prettier-ignore
  path: 'v1/organizations/usage_report/claude_code',
  day: 'starting_at',
  page: consolePage,
  counted: ({ data }, { accountId }, day) =>
    (data.good as Parameters<typeof ofConsole>[0][]).filter((one) => one.date.startsWith(day)).map((one) => ofConsole(one, accountId)), // prettier-ignore
  settlesAfter: 3,
  late: 0,
  most: 365,
};
export const console = streamOf(CONSOLE);

/** Three days behind, and corrected for days. */
const ENTERPRISE: Api = {
  id: 'enterprise',
  every: '47 */12 * * *',
  key: (section) => section.analytics_key,
  explain: words('a key with the scope read:analytics of an organisation with the Enterprise plan.', 'Of other plans use claude.admin_key, OpenTelemetry or ai_usage_daily.csv.'), // prettier-ignore
  path: 'v1/organizations/analytics/users',
  day: 'date',
  page: enterprisePage,
  counted: ({ data }, { accountId }) =>
    (data.good as Parameters<typeof ofEnterprise>[0][]).map((one) => ofEnterprise(one, accountId)).filter((one) => one !== null), // prettier-ignore
  settlesAfter: 7,
  late: 3,
  most: ENTERPRISE_DAYS,
  first: FIRST_ENTERPRISE_DAY,
};
export const enterprise = streamOf(ENTERPRISE);

/** A day that both have, one row of it. */
export const checks = (context: CheckContext<Section>): Check[] =>
  [CONSOLE, ENTERPRISE].flatMap((api) => {
    const secret = api.key(context.section);
    if (secret === undefined) return [];
    const day = addDays(dayOf(context.now()), -1 - api.late);
    return [{ what: api.id, ask: () => httpOf(context, api, secret).request(api.path, { query: { [api.day]: day, limit: 1 } }) }]; // prettier-ignore
  });
