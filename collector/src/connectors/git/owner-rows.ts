/** Who owned a repository when, by the versions of CODEOWNERS along the first-parent chain of the default branch. */
import type { HouseRow } from '../../connector.ts';
import { objectReader } from '../../git/objects.ts';
import { runGit } from '../../git/process.ts';
import { secondsOf } from '../../git/seconds.ts';
import type { Source } from '../../git/source.ts';
import { CODEOWNERS, ownerOf } from '../../text/codeowners.ts';
import { ownerHistory, type OwnerVersion } from '../../text/owner-history.ts';

/** Versions that are read; of a file that changed more often the newest. */
const MOST_VERSIONS = 1_000;

/** Commits that brought a version to the branch, oldest first. */
async function versionsOf({ repo, tip }: Source, signal: AbortSignal): Promise<Array<{ sha: string; at: Date }>> {
  const args = ['log', '--first-parent', `--max-count=${String(MOST_VERSIONS)}`, '--format=%H %ct', tip, '--'];
  const out = await runGit(repo, [...args, ...CODEOWNERS], { signal });
  return out
    .toString('latin1')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([sha = '', seconds = '']) => ({ sha, at: new Date(secondsOf(seconds, 0) * 1000) }))
    .reverse();
}

/** Rows of the owner and of the teams that ever were; none where no version names a team. */
export async function ownerRows(slug: string, source: Source, signal: AbortSignal): Promise<HouseRow[]> {
  const reader = objectReader(source.repo, signal);
  const versions: OwnerVersion[] = [];
  try {
    for (const { sha, at } of await versionsOf(source, signal)) {
      let text = '';
      for (const file of CODEOWNERS) {
        const found = await reader.read(`${sha}:${file}`);
        if (found?.type !== 'blob') continue;
        text = found.content.toString('utf8');
        break;
      }
      versions.push({ at, team: ownerOf(text)?.toLowerCase() ?? null });
    }
  } finally {
    reader.close();
  }
  const history = ownerHistory(versions);
  if (history === null) return [];
  const teams = new Set(Object.values(history).filter((team) => team !== null));
  const owner = versions.at(-1)?.team ?? null;
  return [
    ...[...teams].map((team): HouseRow => ({ table: 'team', values: { team_id: team, title: team } })),
    { table: 'repo', values: { slug, owner_team_id: owner, owner_history: history } },
  ];
}
