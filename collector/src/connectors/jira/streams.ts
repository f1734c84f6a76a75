/** Streams `projects`, `listing` and `sprints`. */
import { z } from 'zod';
import type { HouseRow, Skip, Stream } from '../../connector.ts';
import { follow, jiraOf, pagesOf, SITE } from './client.ts';
import type { Section } from './config.ts';
import { SOURCE, sprintRow } from './normalize.ts';
import { boardPage, listing as listingSchema, listingCursor, projectPage, sprintPage, type Listed, type ListingCursor } from './schema.ts'; // prettier-ignore

const readCursor = z.object({ readAt: z.string() });
type ReadCursor = z.infer<typeof readCursor>;

/** Ids alone come by so many at once. */
const LISTED = 5_000;

const isWanted = ({ projects }: Section, key: string): boolean => projects.length === 0 || projects.some((one) => one.toUpperCase() === key.toUpperCase()); // prettier-ignore
const named = (bad: readonly Skip[]): Skip[] => bad.map(({ item, reason }) => ({ item: `jira ${item}`, reason }));

/** Projects, which `listing` lists one by one. */
export const projects: Stream<Section, ReadCursor> = {
  id: 'projects',
  cursor: readCursor,
  every: '23 * * * *',
  scopes: () => [SITE],
  async *pull(context) {
    const at = context.now();
    const keys: string[] = [];
    const rows: HouseRow[] = [];
    const skips: Skip[] = [];
    const asking = { path: 'rest/api/3/project/search', name: 'projects', schema: projectPage };
    for await (const { values } of pagesOf(jiraOf(context), asking)) {
      for (const skip of named(values.bad)) skips.push(skip);
      for (const { key, name } of values.good.filter((one) => isWanted(context.section, one.key))) {
        keys.push(key);
        rows.push({ table: 'tracker_project', values: { source: SOURCE, project_key: key, title: name ?? null } });
      }
    }
    const found = keys.map((name) => ({ name, repository: null, details: null, url: null }));
    yield { rows, skips, found, cursor: { readAt: at.toISOString() }, watermark: at };
  },
};

/** Ids of all issues of a project: one of which nothing is told any more is deleted, and Jira says so in no other way. */
export const listing: Stream<Section, ListingCursor> = {
  id: 'listing',
  cursor: listingCursor,
  every: '41 3 * * 0',
  scopes: ({ found }) => found('projects'),
  needs: 'projects',
  async *pull(context, stored, signal) {
    const jira = jiraOf(context);
    const key = context.scope.name;
    const next = follow(`issues of ${key}`);
    const begun = stored !== null && stored.after !== null ? stored : { after: null, startedAt: context.now().toISOString(), isCut: false };
    const startedAt = new Date(begun.startedAt);
    let { after, isCut = false } = begun;
    do {
      signal.throwIfAborted();
      const json = { jql: `project = "${key}" ORDER BY key ASC`, fields: ['created'], maxResults: LISTED, ...(after === null ? {} : { nextPageToken: after }) };
      const page = await jira.ask('rest/api/3/search/jql', { json }, listingSchema);
      after = next(page, page.issues);
      const isLast = after === null;
      // The key of an issue begins with that of its project: the answer to another question says nothing of this one.
      const [own, others] = [true, false].map((isOwn) => page.issues.good.filter((one) => one.key.startsWith(`${key}-`) === isOwn)) as [Listed[], Listed[]];
      isCut ||= page.issues.bad.length + others.length > 0;
      const rows = own.map(({ id, fields }): HouseRow => ({ table: 'issue', values: { source: SOURCE, external_id: id, project_key: key, created_at: fields.created, seen_at: startedAt } }));
      // Only when all were listed do the others lack.
      if (isLast && !isCut) rows.push({ table: 'tracker_project', values: { source: SOURCE, project_key: key, listed_at: startedAt } });
      const strangers = others.length === 0 ? [] : [{ item: `jira issues of ${key}`, reason: `the answer has issues of another project (${others[0]?.key ?? ''}): which of its own are deleted is not known` }];
      yield { rows, skips: [...named(page.issues.bad), ...strangers], cursor: { after, startedAt: begun.startedAt, isCut }, ...(isLast ? { watermark: startedAt } : {}) };
    } while (after !== null);
  },
}; // prettier-ignore

/** Sprints of all boards; those that were closed too, for they are renamed and reopened. */
export const sprints: Stream<Section, ReadCursor> = {
  id: 'sprints',
  cursor: readCursor,
  every: '31 */2 * * *',
  scopes: ({ section }) => (section.sprints ? [SITE] : []),
  async *pull(context, _stored, signal) {
    const jira = jiraOf(context);
    const at = context.now();
    const cursor = { readAt: at.toISOString() };
    for await (const boards of pagesOf(jira, { path: 'rest/agile/1.0/board', query: { type: 'scrum' }, name: 'boards', schema: boardPage })) {
      for (const { id, location } of boards.values.good) {
        signal.throwIfAborted();
        const project = location?.projectKey ?? '';
        if (project !== '' && !isWanted(context.section, project)) continue;
        const asking = { path: `rest/agile/1.0/board/${encodeURIComponent(id)}/sprint`, name: `sprints of board ${id}`, schema: sprintPage };
        for await (const { values } of pagesOf(jira, asking)) yield { rows: values.good.map((sprint) => sprintRow(sprint, project)), skips: named(values.bad), cursor };
      }
    }
    yield { rows: [], cursor, watermark: at };
  },
}; // prettier-ignore
