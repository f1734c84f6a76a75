/** REST of the generated organisation: runs of GitHub Actions. */
import { drawOf, oidOf } from './random.ts';
import type { MadeRepository, World } from './world.ts';

interface RestReply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

const MINUTE = 60_000;
/** GitHub lists no more runs of one question. */
const MOST = 1000;
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

interface MadeRun {
  readonly createdAt: number;
  readonly id: number;
  /** @param at One attempt; default the newest. */
  readonly show: (now: number, at?: number) => object;
}

/** A run for each merge; one in ten fails and is repeated. */
function runsOf(world: World, repository: MadeRepository): MadeRun[] {
  const made: MadeRun[] = [];
  for (let number = 1; number <= repository.count; number++) {
    const { mergedAt, landed, mergedBy } = world.pull(repository, number);
    const sha = landed.at(-1)?.oid;
    if (mergedAt === null || sha === undefined) continue;
    const draw = drawOf('run', repository.id, number);
    const took = draw.whole(2, 15) * MINUTE;
    const isRepeated = draw.chance(0.1);
    const again = mergedAt + took + 30 * MINUTE;
    const id = Number.parseInt(oidOf('run', repository.id, number).slice(0, 10), 16);
    made.push({
      createdAt: mergedAt,
      id,
      show: (now, at) => {
        const attempt = at ?? (isRepeated && now >= again ? 2 : 1);
        const started = attempt === 2 ? again : mergedAt;
        const isDone = now >= started + took;
        return {
          id,
          name: 'Deploy',
          path: '.github/workflows/deploy.yml',
          event: 'push',
          status: isDone ? 'completed' : 'in_progress',
          conclusion: isDone ? (isRepeated && attempt === 1 ? 'failure' : 'success') : null,
          head_sha: sha,
          head_branch: 'main',
          run_attempt: attempt,
          run_started_at: iso(started),
          created_at: iso(mergedAt),
          updated_at: iso(isDone ? started + took : started),
          html_url: null,
          pull_requests: [],
          triggering_actor: { login: mergedBy.login, id: mergedBy.databaseId, type: 'User' },
        };
      },
    });
  }
  return made.sort((a, b) => b.createdAt - a.createdAt);
}

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
      ? { status: 200, body: made.show(now, Number(attempt)) }
      : { status: 404, body: { message: 'Not Found' } };
  }
  const [from = '', to = ''] = (url.searchParams.get('created') ?? '').replace('>=', '').split('..');
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const all = runsOf(world, repository).filter(
    ({ createdAt }) => createdAt <= now && (from === '' || createdAt >= Date.parse(from)) && (to === '' || createdAt <= Date.parse(to)) // prettier-ignore
  );
  const shown = all.slice(0, MOST).slice((page - 1) * size, page * size);
  return { status: 200, body: { total_count: all.length, workflow_runs: shown.map(({ show }) => show(now)) } };
}
