/** What is known of a repository as a whole. */
import type { HouseRow, NamedRepository, StreamContext } from '../../connector.ts';
import { runGit } from '../../git/process.ts';
import type { Source } from '../../git/source.ts';
import { secondsOf } from '../../git/seconds.ts';

/** The repository that a stream is asked for. */
export function repositoryOf(context: StreamContext<null>): NamedRepository {
  const found = context.repositories.find(({ slug }) => slug === context.scope.name);
  if (!found) {
    throw new Error(`no repository is called ${context.scope.name}`);
  }
  return found;
}

/** Time of the newest boundary commit of a shallow clone: before it, history is not complete; null = complete. */
async function knownFrom({ repo, boundary, tip }: Source): Promise<Date | null> {
  if (boundary.length === 0) {
    return null;
  }
  const out = await runGit(repo, ['log', '--max-parents=0', '--format=%H %ct', tip, '--']);
  const times = out
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([sha = '']) => boundary.includes(sha))
    .map(([, seconds]) => secondsOf(seconds ?? '', 0));
  return times.length === 0 ? null : new Date(latest(times) * 1000);
}

const latest = (seconds: readonly number[]): number => seconds.reduce((last, one) => Math.max(last, one), 0);

/** Rows of the repository itself, its service and its team. */
export async function repoRows(context: StreamContext<null>, source: Source): Promise<HouseRow[]> {
  const { service, team } = repositoryOf(context);
  return [
    ...(service === undefined ? [] : [{ table: 'service', values: { service_id: service, title: service } } as const]),
    ...(team === undefined ? [] : [{ table: 'team', values: { team_id: team, title: team } } as const]),
    {
      table: 'repo',
      values: {
        slug: context.scope.name,
        default_branch: source.branch,
        known_from: await knownFrom(source),
        ...(source.webUrl === null ? {} : { web_url: source.webUrl }),
        ...(service === undefined ? {} : { service_id: service }),
        // Whoever the configuration names owned it always.
        ...(team === undefined ? {} : { owner_team_id: team, owner_history: null }),
      },
    },
  ];
}
