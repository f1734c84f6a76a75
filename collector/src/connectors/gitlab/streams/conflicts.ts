/**
 * Looks at all open merge requests: which conflict with their target. A push to the target changes that and no `updated_at`. GitLab works it out when it is asked to
 * (`with_merge_status_recheck`); until then nothing is known of it, and the page is asked for once more.
 * https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests (2026-12-01)
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import { looked, looksCursor, WORKED_OUT_MS, type LooksCursor, type Seen, type SeenPage } from '../../../forge/conflicts.ts'; // prettier-ignore
import { Paging } from '../../../http/paging.ts';
import { openGitLab, PAGE, type Listed } from '../client.ts';
import type { Section } from '../config.ts';
import { openRequests, type OpenRequest } from '../schema.ts';
import { readPart } from './part.ts';
import { foundOf } from './repositories.ts';
import type { z } from 'zod';

/** `has_conflicts` is false as long as nothing is worked out. */
function seen({ iid, has_conflicts: conflicts, merge_status: status }: OpenRequest): Seen {
  if (status === 'can_be_merged') return { number: iid, isInConflict: false };
  return { number: iid, isInConflict: status === 'cannot_be_merged' && conflicts === true ? true : null };
}

const isUnknown = ({ merge_status: status }: OpenRequest): boolean => status === 'unchecked' || status === 'checking';

async function* pages(context: StreamContext<Section>, signal: AbortSignal): AsyncGenerator<SeenPage> {
  const gitlab = openGitLab(context);
  const { id, name } = foundOf(context);
  const what = `open merge requests of ${name}`;
  const paging = new Paging({ source: 'GitLab', name: what, setting: 'gitlab.url' });
  const read = (page: number): Promise<Listed<z.infer<typeof openRequests>>> => {
    const query = { scope: 'all', state: 'opened', order_by: 'created_at', sort: 'asc', with_merge_status_recheck: 'true' };
    return gitlab.get(`projects/${String(id)}/merge_requests`, { ...query, per_page: PAGE, page }, openRequests);
  };
  for (let page: number | null = 1; page !== null;) {
    let listed = await read(page);
    if (listed.data.good.some(isUnknown)) {
      await pause(WORKED_OUT_MS, undefined, { signal });
      listed = await read(page);
    }
    const { data, next, body } = listed;
    const skips = data.bad.length === 0 ? [] : [{ item: what, reason: `${String(data.bad.length)} are not as GitLab describes them` }];
    yield { seen: data.good.map(seen), skips, at: context.now() };
    if (next !== null) paging.turn({ place: String(next), count: data.good.length + data.bad.length, body });
    page = next;
  }
} // prettier-ignore

async function* pull(
  context: StreamContext<Section>,
  stored: LooksCursor | null,
  signal: AbortSignal
): AsyncGenerator<Page<LooksCursor>> {
  const start = stored ?? { open: {} };
  if (foundOf(context).isArchived) {
    yield { rows: [], cursor: start, watermark: context.now() };
    return;
  }
  yield* readPart(context, { what: 'merge requests', start }, () => looked(stored, pages(context, signal)));
}

export const conflicts: Stream<Section, LooksCursor> = {
  id: 'conflicts',
  cursor: looksCursor,
  every: '14-59/30 * * * *',
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
