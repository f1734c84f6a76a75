/** What was let in → house rows. */
import { titleOfTool } from '../../attribution/tools.ts';
import type { HouseRow, PushContext, PushedPage, Skip, UnknownName } from '../../connector.ts';
import { AHEAD_MS } from '../../incident-rows.ts';
import type { Section } from './config.ts';
import type { Measure } from './dialects.ts';
import type { Happening, Lean, Point, Who } from './lean.ts';

/** What is older tells of days that are closed. */
const OLDEST_MS = 90 * 86_400_000;
/** No tool adds as much within one export, or to one counter: what says so is a fault of the sender. */
const MOST: Readonly<Record<Measure, number>> = { sessions: 1e6, accepted_lines: 1e8, input_tokens: 1e13, output_tokens: 1e13, cost_usd: 1e7 }; // prettier-ignore

type Context = PushContext<Section>;

const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });

function faultOfInstant(at: number | null, now: number): string | null {
  if (at === null) return 'it has no instant';
  if (at > now + AHEAD_MS) return 'its instant lies in the future: check the clock of the sender';
  return at < now - OLDEST_MS ? 'its instant lies more than 90 days back' : null;
}

function faultOfPoint({ at, value, measure }: Point, now: number): string | null {
  if (value === null) return 'its value is no number';
  if (value < 0) return 'its value is negative';
  if (value > MOST[measure]) return 'its value is absurd';
  return faultOfInstant(at, now);
}

/** Names by which the account is known; the first is its key. */
const keyOf = ({ email, login, id }: Who): string | null => email ?? login ?? id;

function accountOf(who: Who, { accountId }: Context, isBound: boolean): HouseRow | null {
  const key = keyOf(who);
  if (key === null) return null;
  const values = {
    account_id: accountId(who.tool, key),
    provider: who.tool,
    trust: isBound ? 0 : 1,
    ...(who.email === null ? {} : { email: who.email }),
    ...(who.login === null ? {} : { login: who.login }),
    ...(who.id === null ? {} : { external_id: `${who.tool}:${who.id}` }),
  };
  return row('account', values);
}

/** Rows by what they belong to. */
class Pages {
  private readonly byRepository = new Map<string | null, Map<string, HouseRow>>();

  add(repository: string | null, key: string, one: HouseRow): void {
    const rows = this.byRepository.get(repository) ?? new Map<string, HouseRow>();
    this.byRepository.set(repository, rows);
    rows.set(key, one);
  }
  all(): PushedPage[] {
    return [...this.byRepository].map(([repository, rows]) => ({ repository, rows: [...rows.values()] }));
  }
}

/** First and last sign of a session. */
interface Span {
  from: number;
  to: number;
  grade: 2 | 3;
}

const nameOf = (point: Point | Happening): string => point.name;

/** Turns one request into pages. */
class Normalizing {
  private readonly lean: Lean;
  private readonly context: Context;
  private readonly now: number;
  /** In one case, as owners of repositories are compared; null = any. */
  private readonly organisations: readonly string[] | null;
  private readonly pages = new Pages();
  private readonly spans = new Map<number, Span>();
  private readonly accounts = new Map<Who, string>();
  readonly refused = new Map<string, [string, string, number]>();

  constructor(lean: Lean, context: Context) {
    this.lean = lean;
    this.context = context;
    this.organisations = lean.of?.map((one) => one.toLowerCase()).sort() ?? null;
    this.now = context.now().getTime();
    for (const [name, reason, count] of lean.refused) this.refuse(name, reason, count);
  }

  private refuse(name: string, reason: string, count = 1): void {
    const key = `${name} ${reason}`;
    const [, , before] = this.refused.get(key) ?? ['', '', 0];
    this.refused.set(key, [name, reason, before + count]);
  }

  private seen(who: number, at: number, grade: 2 | 3): void {
    const span = this.spans.get(who) ?? { from: at, to: at, grade };
    this.spans.set(who, { from: Math.min(span.from, at), to: Math.max(span.to, at), grade: grade > span.grade ? grade : span.grade }); // prettier-ignore
  }

  /** Of each of the request's people once: a person sends many points. */
  private accountId(who: Who): string {
    const known = this.accounts.get(who);
    if (known !== undefined) return known;
    const key = keyOf(who);
    const id = key === null ? '' : this.context.accountId(who.tool, key);
    this.accounts.set(who, id);
    return id;
  }

  private point(point: Point): void {
    const who = this.lean.who[point.who];
    const fault = faultOfPoint(point, this.now);
    if (fault !== null || who === undefined || point.at === null) return this.refuse(nameOf(point), fault ?? 'it is of nobody'); // prettier-ignore
    this.seen(point.who, point.at, 2);
    if (point.value === 0 && !point.isCumulative) return;
    this.write(who, { series: point.series, at: point.at, start: point.start, measure: point.measure, value: point.value, isCumulative: point.isCumulative, type: null, feature: null }); // prettier-ignore
  }

  private write(
    who: Who,
    one: Pick<Point, 'series' | 'start' | 'value' | 'isCumulative'> & { at: number; measure: string; type: string | null; feature: string | null } // prettier-ignore
  ): void {
    const values = {
      account_id: this.accountId(who),
      tool_id: who.tool,
      series_id: one.series,
      at: new Date(one.at),
      start_at: one.start === null ? null : new Date(one.start),
      measure: one.measure,
      value: one.value,
      is_cumulative: one.isCumulative,
      type: one.type,
      feature: one.feature,
      ...(who.repository === null ? { repo_id: null } : {}),
    };
    this.pages.add(who.repository, `${who.tool} ${values.account_id} ${one.series} ${String(one.at)}`, row('tool_point', values)); // prettier-ignore
  }

  private happening(one: Happening): void {
    const who = this.lean.who[one.who];
    const fault = faultOfInstant(one.at, this.now);
    if (fault !== null || who === undefined || one.at === null) return this.refuse(nameOf(one), fault ?? 'it is of nobody'); // prettier-ignore
    this.seen(one.who, one.at, 3);
    if (one.means === 'use') this.write(who, { series: one.id, at: one.at, start: one.start, measure: 'use', value: 1, isCumulative: false, type: one.type, feature: one.feature }); // prettier-ignore
    if (one.sha !== null && who.session !== null) {
      const values = { tool_id: who.tool, session_id: who.session, sha: one.sha, method: 'telemetry', organisations: this.organisations, confidence: 0.95 }; // prettier-ignore
      this.pages.add(null, `commit ${JSON.stringify(values)}`, row('session_commit', values));
    }
  }

  /** Sessions, accounts and tools of whoever was seen. */
  private people(): void {
    for (const [index, { from, to, grade }] of this.spans) {
      const who = this.lean.who[index] as Who;
      const account = accountOf(who, this.context, this.organisations !== null);
      const title = titleOfTool(who.tool);
      this.pages.add(null, `tool ${who.tool}`, row('tool', { tool_id: who.tool, title, nominal_grade: 3 }));
      if (account !== null) this.pages.add(null, `account ${JSON.stringify(account.values)}`, account);
      if (who.session === null) continue;
      const values = {
        tool_id: who.tool,
        session_id: who.session,
        ...(account === null ? {} : { account_id: this.accountId(who) }),
        started_at: new Date(from),
        last_at: new Date(to),
        branch: who.branch,
        head_sha: who.head,
        grade,
        source: 'otlp',
        ...(who.repository === null ? { repo_id: null } : {}),
      };
      this.pages.add(who.repository, `session ${String(index)}`, row('agent_session', values));
    }
  }

  private heartbeats(): void {
    if (this.spans.size === 0) return;
    // Of the stream, not of the tool: who is silent was not observed, only who sends was.
    const at = new Date(this.now);
    this.pages.add(null, 'heartbeat', row('heartbeat', { source: `otlp/${this.lean.signal}`, day: at.toISOString().slice(0, 10), last_at: at })); // prettier-ignore
  }

  run(): PushedPage[] {
    for (const point of this.lean.points) this.point(point);
    for (const happening of this.lean.happenings) this.happening(happening);
    this.people();
    this.heartbeats();
    const [skips, unknown] = [this.skips(), this.unknown()];
    const left = skips.length + unknown.length > 0;
    return [...this.pages.all(), ...(left ? [{ repository: null, rows: [], skips, unknown }] : [])];
  }

  private skips(): Skip[] {
    return [
      ...[...this.refused.values()].map(([name, reason]) => ({ item: name, reason })),
      ...(this.lean.unlinked > 0 ? [{ item: 'a repository', reason: 'its owner is an organisation for which the token may not send: what was done there counts without it' }] : []), // prettier-ignore
    ];
  }

  private unknown(): UnknownName[] {
    return this.lean.unknown.map((one) => ({ ...one, at: new Date(this.now) }));
  }
}

/** Pages of what was let in, and how many entries were refused with what the first of them hears. */
export function pagesOf(
  lean: Lean,
  context: Context
): { readonly pages: PushedPage[]; readonly rejected: number; readonly message: string } {
  const one = new Normalizing(lean, context);
  const pages = one.run();
  const refused = [...one.refused.values()];
  return {
    pages,
    rejected: refused.reduce((sum, [, , count]) => sum + count, 0),
    message: refused.slice(0, 5).map(([name, reason, count]) => `${String(count)} × ${name}: ${reason}`).join('; '), // prettier-ignore
  };
}
