/** Stream `issues`: issues that changed, with all changes of their status, sprint and key. */
import { createHash } from 'node:crypto';
import type { Page, Skip, Stream, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { AHEAD_MS } from '../../incident-rows.ts';
import { follow, jiraOf, SITE, zoneOf, type Jira } from './client.ts';
import type { Section } from './config.ts';
import { ofIssue, type SiteFields } from './normalize.ts';
import { changelogs, fields as fieldsSchema, found, issuesCursor, statuses as statusesSchema, type History, type IssuesCursor, type Status } from './schema.ts'; // prettier-ignore

/** Issues of a page, and of one question for changes (1,000 are allowed). */
const PAGE = 100;
const CHANGES = 1_000;
const DAY_MS = 86_400_000;
/** Times of JQL are minutes, of the zone of who asks, and the index of searches is some seconds behind. */
const OVERLAP_MS = 75 * 60_000;
/** Where the zone is not known: any zone is nearer to UTC. */
const ANY_ZONE_MS = 26 * 3_600_000;

const SPRINT = 'com.pyxis.greenhopper.jira:gh-sprint';
const POINTS = 'com.pyxis.greenhopper.jira:jsw-story-points';

/** Minute of an instant in a zone, as JQL writes it. */
function minuteOf(at: Date, timeZone: string | null): string {
  const shifted = timeZone === null ? new Date(at.getTime() - ANY_ZONE_MS) : at;
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timeZone ?? 'UTC', dateStyle: 'short', timeStyle: 'short' }).format(shifted); // prettier-ignore
}

const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key.toUpperCase()}"`).join(', ');

/** Searches must be bounded; those that changed first come first. */
export const jqlSince = ({ projects }: Section, at: Date, timeZone: string | null): string =>
  `${projects.length === 0 ? '' : `project in (${quoted(projects)}) AND `}updated >= "${minuteOf(at, timeZone)}" ORDER BY updated ASC, key ASC`;

async function siteFields(jira: Jira, { estimate_field: own }: Section): Promise<SiteFields> {
  const { good } = await jira.ask('rest/api/3/field', {}, fieldsSchema);
  const byCustom = (custom: string): string | null => good.find(({ schema }) => schema?.custom === custom)?.id ?? null;
  const byName = good.find(({ id, name }) => id.startsWith('customfield_') && name?.toLowerCase() === 'story points')?.id ?? null; // prettier-ignore
  return { sprint: byCustom(SPRINT), estimate: own ?? byName ?? byCustom(POINTS) };
}

/** Changes of issues by issue; those that are not understood are named. */
async function changesOf(jira: Jira, ids: readonly string[], fieldIds: readonly string[]): Promise<{ readonly changes: Map<string, History[]>; readonly skips: Skip[] }> {
  const changes = new Map<string, History[]>();
  const skips: Skip[] = [];
  const next = follow('changes of issues');
  let after: string | null = null;
  do {
    const json = { issueIdsOrKeys: ids, fieldIds, maxResults: CHANGES, ...(after === null ? {} : { nextPageToken: after }) };
    const page: typeof changelogs._output = await jira.ask('rest/api/3/changelog/bulkfetch', { json }, changelogs);
    const all = page.issueChangeLogs ?? [];
    for (const { issueId, changeHistories: { good, bad } } of all) {
      const of = changes.get(issueId) ?? [];
      for (const one of good) of.push(one);
      changes.set(issueId, of);
      for (const { item, reason } of bad) skips.push({ item: `jira issue ${issueId} ${item}`, reason });
    }
    after = next(page, { good: all, bad: [] });
  } while (after !== null);
  return { changes, skips };
} // prettier-ignore

const rulesOf = ({ states, types, customer_labels, revenue_labels, estimate_field, projects }: Section): string =>
  createHash('sha256').update(JSON.stringify([states, types, customer_labels, revenue_labels, estimate_field ?? null, projects])).digest('hex').slice(0, 16); // prettier-ignore

/** A place in a list is kept for some days: what is refused later begins anew. */
const isStalePlace = (error: unknown): boolean => error instanceof CollectorError && error.code === 'source_refused';

interface Beginning {
  readonly jira: Jira;
  readonly known: IssuesCursor | null;
  readonly jql: string;
}

async function beginning(context: StreamContext<Section>, stored: IssuesCursor | null): Promise<Beginning> {
  const { section, now } = context;
  const jira = jiraOf(context);
  const timeZone = await zoneOf(jira);
  const known = stored?.rules === rulesOf(section) ? stored : null;
  const floor = known?.since == null ? new Date(now().getTime() - section.since_days * DAY_MS) : new Date(Date.parse(known.since) - OVERLAP_MS);
  return { jira, known, jql: jqlSince(section, floor, timeZone) };
} // prettier-ignore

async function* pull(context: StreamContext<Section>, stored: IssuesCursor | null, signal: AbortSignal): AsyncGenerator<Page<IssuesCursor>> {
  const { section, accountId, now } = context;
  const readAt = now();
  const { jira, known, jql: fresh } = await beginning(context, stored);
  const fields = await siteFields(jira, section);
  const all = await jira.ask('rest/api/3/status', {}, statusesSchema);
  const statuses = new Map(all.good.map((one): [string, Status] => [one.id, one]));
  const wanted = ['project', 'issuetype', 'status', 'created', 'updated', 'resolutiondate', 'resolution', 'parent', 'labels', 'assignee', ...[fields.sprint, fields.estimate].filter((id) => id !== null)];
  const changed = ['status', 'issuekey', ...(fields.sprint === null ? [] : [fields.sprint])];
  let jql = known?.jql ?? fresh;
  let after = known?.jql === null || known === null ? null : known.after;
  if (after === null) jql = fresh;
  let newest = known?.since ?? null;
  let next = follow('issues');
  let done = 0;
  for (let isResumed = after !== null; ; isResumed = false) {
    signal.throwIfAborted();
    const json = { jql, fields: wanted, maxResults: PAGE, ...(after === null ? {} : { nextPageToken: after }) };
    const page = await jira.ask('rest/api/3/search/jql', { json }, found).catch((error: unknown) => {
      if (isResumed && isStalePlace(error)) return null;
      throw error;
    });
    if (page === null) {
      [jql, after, next] = [fresh, null, follow('issues')];
      continue;
    }
    const { good, bad } = page.issues;
    const { changes, skips } = good.length === 0 ? { changes: new Map<string, History[]>(), skips: [] } : await changesOf(jira, good.map(({ id }) => id), changed);
    const made = good.map((issue) => ofIssue(issue, changes.get(issue.id) ?? [], { section, accountId, now: readAt, fields, statuses }));
    const latest = good.reduce((most, { fields: { updated } }) => Math.max(most, Math.min(updated.getTime(), readAt.getTime() + AHEAD_MS)), newest === null ? -Infinity : Date.parse(newest));
    if (latest !== -Infinity) newest = new Date(latest).toISOString();
    after = next(page, page.issues);
    const isLast = after === null;
    done += good.length + bad.length;
    yield {
      rows: made.flatMap(({ rows }) => rows),
      replaced: made.flatMap(({ replaced }) => replaced),
      skips: [...bad.map(({ item, reason }) => ({ item: `jira ${item}`, reason })), ...skips, ...made.flatMap((one) => one.skips)],
      cursor: { since: isLast ? newest : (known?.since ?? null), after, jql: isLast ? null : jql, rules: rulesOf(section) },
      ...(isLast ? { watermark: readAt } : {}),
      progress: { done, total: isLast ? done : null, unit: 'issues' },
    };
    if (isLast) return;
  }
} // prettier-ignore

export const issues: Stream<Section, IssuesCursor> = {
  id: 'issues',
  cursor: issuesCursor,
  every: '9-59/15 * * * *',
  isEarly: true,
  scopes: () => [SITE],
  pull,
};
