/** Issues that changed since the last run: what was asked for, and incidents by their label or type. */
import type { z } from 'zod';
import type { Page, Skip, Stream, StreamContext } from '../../../connector.ts';
import { given, notFound, openGitHub, unitWith } from '../client.ts';
import type { Section } from '../config.ts';
import { AHEAD_MS } from '../../../incident-rows.ts';
import { found as foundSchema, issuesCursor, type Found, type IssuesCursor } from '../cursors.ts';
import { Following } from '../following.ts';
import { issueFieldsOf } from '../issue-types.ts';
import { incidentRow, ofIssue, type IssueContext } from '../normalize/issues.ts';
import { issuesQuery, issuesTogetherQuery } from '../queries/repositories.ts';
import { issues as schema, type Issue } from '../schema-issues.ts';
import type { IssueSettings } from '../../../trackers/issue-rows.ts';
import { firstPage, type FirstPage, type OfRepository } from '../together.ts';
import { digestOf, serviceRow, sinceOf } from '../../../forge/rules.ts';
import { targetOf } from './deployments.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { foundOf, isLookedAtSince } from './repositories.ts';

const PAGE = 100;
/** Of each repository, where several are asked together: each has up to twenty labels. */
const PAGE_TOGETHER = 20;
const OVERLAP_MS = 60 * 60_000;

const isIdle = (cursor: IssuesCursor, found: Found, askedAt: Date | null): boolean =>
  cursor.after === null &&
  isLookedAtSince(cursor.readAt, found, askedAt) &&
  (found.issues === null || (cursor.since !== null && Date.parse(found.issues) <= Date.parse(cursor.since)));

/** A page of the list; the first of a first pass is asked together with those of other repositories: later each goes on from another instant. */
async function read(
  of: OfRepository,
  { since, after, isFirst }: { readonly since: Date; readonly after: string | null; readonly isFirst: boolean }
): Promise<FirstPage<z.infer<typeof schema>>> {
  const variables = { since: since.toISOString() };
  const { section } = of.context;
  const asked = { ...(await issueFieldsOf(of.github, section)), labels: Object.keys(section.issue_states).length > 0 };
  if (isFirst) {
    return firstPage(of, {
      alone: { query: issuesQuery(asked), variables: { ...variables, first: PAGE } },
      together: { query: issuesTogetherQuery(asked), variables: { ...variables, first: PAGE_TOGETHER } },
      schema,
      isAskedOf: ({ issues: newest }) => newest !== null,
    });
  }
  const readAt = of.context.now();
  return {
    ...(await of.github.ask(issuesQuery(asked), { ...variables, id: of.found.id, first: PAGE, after }, schema)),
    readAt,
  };
}

const settingsOf = ({ issue_states: states, customer_labels, revenue_labels }: Section): IssueSettings => ({ states, customer_labels, revenue_labels }); // prettier-ignore

/** What the history of an issue lacks. */
const shortened = ({ number, timelineItems }: Issue): Skip[] => {
  const known = (timelineItems?.nodes ?? []).filter((one) => one !== null).length;
  const total = timelineItems?.totalCount ?? 0;
  return known < total ? [{ item: `issue #${String(number)} history`, reason: `${String(known)} of ${String(total)} changes of state could be read; the rest is missing from what is told of it` }] : []; // prettier-ignore
};

async function* pages(
  context: StreamContext<Section>,
  found: Found,
  start: IssuesCursor
): AsyncGenerator<Page<IssuesCursor>> {
  const github = await openGitHub(context);
  const target = targetOf(context);
  const naming: IssueContext = { accountId: context.accountId, source: target.source, name: target.slug, service: target.service, incidentLabels: context.section.incident_labels, incidentTypes: context.section.incident_types, types: context.section.issue_types, fullName: found.name, settings: settingsOf(context.section) }; // prettier-ignore
  const floor = start.since === null ? sinceOf(context.section, context.now()) : new Date(Date.parse(start.since) - OVERLAP_MS); // prettier-ignore
  const following = new Following(`issues of ${found.name}`);
  let { after } = start;
  let newest = start.since ?? floor.toISOString();
  let done = 0;
  for (;;) {
    const isFirst = after === null && start.since === null;
    const answer = await read({ context, github, found }, { since: floor, after, isFirst });
    if (answer.data.node === null) throw notFound(`The repository ${found.name}`);
    const { pageInfo, totalCount, nodes, bad } = answer.data.node.issues;
    const { nodes: all, skips } = given(answer.data.node.issues, 'issues', answer.errors);
    // A clock that is far ahead must not make everything after it old.
    const ahead = context.now().getTime() + AHEAD_MS;
    const last = all.at(-1) && new Date(Math.min(all.at(-1)?.updatedAt.getTime() ?? 0, ahead)).toISOString();
    if (last !== undefined && last > newest) newest = last;
    done += all.length;
    const made = all.map((issue) => ofIssue(issue, naming, context.now()));
    const incidents = all.flatMap((issue) => incidentRow(issue, naming));
    after = following.next({ pageInfo, totalCount, count: nodes.length + bad.length });
    const isLast = after === null;
    yield {
      rows: [...(incidents.length > 0 ? [serviceRow(target)] : []), ...made.flatMap(({ rows }) => rows), ...incidents],
      replaced: made.flatMap(({ replaced }) => replaced),
      skips: [...skips, ...all.flatMap(shortened), ...made.flatMap((one) => one.skips)],
      cursor: isLast
        ? { ...start, since: newest, after: null, readAt: answer.readAt.toISOString() }
        : { ...start, after },
      ...(isLast ? { watermark: answer.readAt } : {}),
      progress: { done, total: totalCount, unit: unitWith('issues', github) },
    };
    if (isLast) return;
  }
}

async function* pull(context: StreamContext<Section>, stored: IssuesCursor | null): AsyncGenerator<Page<IssuesCursor>> {
  const found = foundOf(context, foundSchema);
  const readAt = context.now().toISOString();
  const { incident_labels: labels, incident_types: types, issue_types: own } = context.section;
  const rules = digestOf([{ labels, types, own, ...settingsOf(context.section) }]);
  const start: IssuesCursor =
    stored !== null && stored.rules === rules
      ? stored
      : { since: null, after: null, readAt: new Date(0).toISOString(), rules };
  if (isIdle(start, found, context.askedAt)) {
    yield { rows: [], cursor: { ...start, readAt }, watermark: new Date(found.lookedAt) };
    return;
  }
  yield* goneIfLost(context, start, () => pages(context, found, start));
}

export const issues: Stream<Section, IssuesCursor> = {
  id: 'issues',
  cursor: issuesCursor,
  every: '5-59/10 * * * *',
  isEarly: true,
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
