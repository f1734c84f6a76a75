/** REST of the generated organisation: runs of GitHub Actions. */
import { runsOf, showRun } from './runs.ts';
import type { World } from './world.ts';

interface RestReply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** GitHub lists no more runs of one question. */
const MOST = 1000;

export function answerRest(world: World, { url, now }: { readonly url: URL; readonly now: number }): RestReply {
  const [, owner, name, run, attempt] =
    /^\/api\/v3\/repos\/([^/]+)\/([^/]+)\/actions\/runs(?:\/(\d+)\/attempts\/(\d+))?$/.exec(url.pathname) ?? [];
  const repository = world.repositories.find((one) => one.owner === owner && one.name === name && !one.isGone);
  if (repository === undefined) {
    return { status: 404, body: { message: 'Not Found' } };
  }
  if (run !== undefined) {
    const made = runsOf(world, repository).find(({ id }) => id === Number(run));
    return made
      ? { status: 200, body: showRun(made, now, Number(attempt)) }
      : { status: 404, body: { message: 'Not Found' } };
  }
  const [from = '', to = ''] = (url.searchParams.get('created') ?? '').replace('>=', '').split('..');
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const all = runsOf(world, repository).filter(
    ({ createdAt }) => createdAt <= now && (from === '' || createdAt >= Date.parse(from)) && (to === '' || createdAt <= Date.parse(to)) // prettier-ignore
  );
  const shown = all.slice(0, MOST).slice((page - 1) * size, page * size);
  return { status: 200, body: { total_count: all.length, workflow_runs: shown.map((made) => showRun(made, now)) } };
}
