/**
 * Looks at all open pull requests: which are in conflict with their base. A push to the base changes that and no `updatedAt`, so all are asked, 100 for a
 * point, and first pages of 25 repositories together. `mergeable` is known only once somebody asked: what is UNKNOWN is asked for once more.
 * https://docs.github.com/en/graphql/reference/enums#mergeablestate (2026-12-01)
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import {
  looked,
  looksCursor,
  WORKED_OUT_MS,
  type LooksCursor,
  type Seen,
  type SeenPage,
} from '../../../forge/conflicts.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { given, notFound, openGitHub, type GitHub } from '../client.ts';
import type { Section } from '../config.ts';
import { found as foundSchema, type Found } from '../cursors.ts';
import { Following } from '../following.ts';
import { MERGEABLE, OPEN_PULLS, OPEN_PULLS_TOGETHER } from '../queries/pulls.ts';
import { openPulls, openPullsById, type OpenPull } from '../schema.ts';
import { firstPage, type FirstPage } from '../together.ts';
import { foundOf } from './repositories.ts';
import type { z } from 'zod';

const PAGE = 100;
/** Of each repository, where several are asked together. */
const TOGETHER = 50;
interface Look {
  readonly context: StreamContext<Section>;
  readonly github: GitHub;
  readonly found: Found;
  readonly signal: AbortSignal;
}

async function readPage({ context, github, found }: Look, after: string | null): Promise<FirstPage<z.infer<typeof openPulls>>> {
  if (after !== null) {
    const readAt = context.now();
    return { ...(await github.ask(OPEN_PULLS, { id: found.id, first: PAGE, after }, openPulls)), readAt };
  }
  return firstPage({ context, github, found }, {
    alone: { query: OPEN_PULLS, variables: { first: PAGE } },
    together: { query: OPEN_PULLS_TOGETHER, variables: { first: TOGETHER } },
    schema: openPulls,
    isAskedOf: isLookedAt,
  });
} // prettier-ignore

const STATES = { MERGEABLE: false, CONFLICTING: true, UNKNOWN: null } as const;
const seen = ({ number, mergeable }: OpenPull): Seen => ({ number, isInConflict: STATES[mergeable] });

/** The same, with what is known of the unknown ones after a while. */
async function settled({ github, signal }: Look, pulls: readonly OpenPull[]): Promise<readonly OpenPull[]> {
  const unknown = pulls.filter(({ mergeable }) => mergeable === 'UNKNOWN');
  if (unknown.length === 0) return pulls;
  await pause(WORKED_OUT_MS, undefined, { signal });
  const { data } = await github.ask(MERGEABLE, { ids: unknown.map(({ id }) => id) }, openPullsById);
  const asked = new Map(data.nodes.flatMap((one): Array<[string, OpenPull]> => (one === null ? [] : [[one.id, one]])));
  return pulls.map((pull) => asked.get(pull.id) ?? pull);
}

async function* pages(look: Look): AsyncGenerator<SeenPage> {
  const { context, found } = look;
  const following = new Following(`open pull requests of ${found.name}`);
  let after: string | null = null;
  do {
    const { data, errors, readAt }: FirstPage<z.infer<typeof openPulls>> = await readPage(look, after);
    if (data.node === null) throw notFound(`The repository ${found.name}`);
    const list = data.node.pullRequests;
    const { nodes, skips } = given(list, 'open pull requests', errors);
    const pulls = await settled(look, nodes);
    yield { seen: pulls.map(seen), skips, at: pulls === nodes ? readAt : context.now() };
    after = following.next({ ...list, count: list.nodes.length + list.bad.length });
  } while (after !== null);
}

const isLookedAt = ({ isArchived, pulls }: Found): boolean => !isArchived && pulls !== null;

async function* pull(
  context: StreamContext<Section>,
  stored: LooksCursor | null,
  signal: AbortSignal
): AsyncGenerator<Page<LooksCursor>> {
  const found = foundOf(context, foundSchema);
  const start = stored ?? { open: {} };
  if (!isLookedAt(found)) {
    yield { rows: [], cursor: start, watermark: context.now() };
    return;
  }
  const look = { context, github: await openGitHub(context), found, signal };
  yield* goneIfLost(context, start, () => looked(stored, pages(look)));
}

export const conflicts: Stream<Section, LooksCursor> = {
  id: 'conflicts',
  cursor: looksCursor,
  every: '14-59/30 * * * *',
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
