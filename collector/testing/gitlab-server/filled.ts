/** A project with half a year of work: merge requests that are merged in each way that GitLab has, with their git history, pipelines, deployments and incidents. */
import { Script, writeHistory } from '../fast-import.ts';
import { addProject, addRequest, nextId, notesOf, type Project, type User, type World } from './world.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

export interface Filled {
  readonly project: Project;
  /** Merge requests by the number of those with a trailer of an AI tool. */
  readonly marked: readonly number[];
}

interface Made {
  readonly number: number;
  readonly begun: number;
  readonly opened: number;
  readonly reviewed: number;
  readonly merged: number;
  readonly isMarked: boolean;
  readonly method: 'merge' | 'squash' | 'ff-squash' | 'ff';
}

const METHODS = ['merge', 'squash', 'ff-squash', 'ff'] as const;

/** Marked changes take a day, the others three; both wait a day for a review. */
function madeAt(number: number, count: number, end: number): Made {
  const merged = end - (count - number + 1) * 1.5 * DAY;
  const isMarked = number % 2 === 0;
  const method = METHODS[number % 4] ?? 'merge';
  return { number, merged, isMarked, method, begun: merged - (isMarked ? 2 : 4) * DAY, opened: merged - 2 * DAY + HOUR, reviewed: merged - DAY + HOUR }; // prettier-ignore
}

const iso = (at: number): string => new Date(at).toISOString();
const personOf = (user: User) => ({ name: user.username, email: `${user.username}@acme.io` });

/** @param target Folder of the bare repository. */
export function fillProject(world: World, { path, target, count, end }: { readonly path: string; readonly target: string; readonly count: number; readonly end: number }): Filled {
  const people: User[] = Array.from({ length: 12 }, (_, n) => ({ id: 1000 + n, username: `person-${String(n)}` }));
  const all = Array.from({ length: count }, (_, n) => madeAt(n + 1, count, end));
  const main = 'refs/heads/main';
  const script = new Script(null);
  const [first] = people;
  const begin = all[0]?.begun ?? end;
  let tip = script.commit('first', { ref: main, who: first ? personOf(first) : null, authoredAt: begin - DAY, committedAt: begin - DAY, message: 'Begin', parents: [], files: [['README.md', 3]] });
  const authorOf = ({ number }: Made): User => people[Math.floor(number / 2) % people.length] as User;
  for (const made of all) {
    const who = personOf(authorOf(made));
    const [own, squash, land] = ['own', 'squash', 'land'].map((name) => `${name}-${String(made.number)}`) as [string, string, string];
    const trailer = made.isMarked ? '\n\nCo-Authored-By: Claude <noreply@anthropic.com>' : '';
    const files = [[`src/${String(made.number)}.txt`, 20 + (made.number % 7)]] as const;
    const ref = made.method === 'ff' ? main : `refs/merge-requests/${String(made.number)}/head`;
    const head = script.commit(own, { ref, who, authoredAt: made.begun, committedAt: made.begun, message: `Step ${String(made.number)}${trailer}`, parents: [tip], files });
    const at = { who, authoredAt: made.merged, committedAt: made.merged };
    const merge = `Merge branch 'topic-${String(made.number)}' into 'main'\n\nChange ${String(made.number)}\n\nSee merge request ${path}!${String(made.number)}`;
    const squashed = (to: string): number => script.commit(squash, { ...at, ref: to, message: `Change ${String(made.number)}`, parents: [tip], files });
    if (made.method === 'ff') tip = head;
    else if (made.method === 'ff-squash') tip = squashed(main);
    else tip = script.commit(land, { ...at, ref: main, message: merge, parents: [tip, made.method === 'merge' ? head : squashed(`${ref}-squash`)], files });
  }
  const real = writeHistory(target, script);
  const project = addProject(world, path);
  project.environments.push({ id: 1, name: 'prod-eu', tier: 'production' }, { id: 2, name: 'review/x', tier: 'development' });
  for (const made of all) addMade(project, made, { real, people, author: authorOf(made) });
  return { project, marked: all.filter(({ isMarked }) => isMarked).map(({ number }) => number) };
} // prettier-ignore

function addMade(project: Project, made: Made, { real, people, author }: { readonly real: ReadonlyMap<string, string>; readonly people: readonly User[]; readonly author: User }): void {
  const { number } = made;
  const shaOf = (name: string): string | null => real.get(`${name}-${String(number)}`) ?? null;
  const own = shaOf('own') ?? '';
  const reviewer = people[(people.indexOf(author) + 5) % people.length] as User;
  const request = addRequest(project, author, {
    ...{ iid: number, state: 'merged', created_at: iso(made.opened), updated_at: iso(made.merged), merged_at: iso(made.merged), merge_user: reviewer },
    ...{ sha: own, merge_commit_sha: shaOf('land'), squash_commit_sha: shaOf('squash'), description: `Because it is needed. Closes #${String(number)}` },
    commits: [{ sha: own, message: `Step${made.isMarked ? '\n\nCo-Authored-By: Claude <noreply@anthropic.com>' : ''}`, at: iso(made.begun), ...personOf(author), author }],
  });
  const { told, said } = notesOf(request);
  told(iso(made.opened + HOUR), author, [`requested review from @${reviewer.username}`, 'reviewer']);
  said(iso(made.reviewed), reviewer, { path: `src/${String(number)}.txt`, isResolved: true });
  told(iso(made.merged - HOUR), reviewer, ['approved this merge request', 'approved']);
  const sha = shaOf('land') ?? shaOf('squash') ?? own;
  const job = (name: string, at: number) => ({ id: nextId(), name, status: 'SUCCESS', createdAt: iso(at), startedAt: iso(at + 60_000), finishedAt: iso(at + 600_000) });
  const times = (at: number) => ({ createdAt: iso(at), updatedAt: iso(at + 700_000), startedAt: iso(at + 60_000), finishedAt: iso(at + 600_000), user: author, status: 'SUCCESS' });
  project.pipelines.push({ id: nextId(), ref: `refs/merge-requests/${String(number)}/head`, sha: own, source: 'merge_request_event', ...times(made.opened), jobs: [job('test', made.opened)] });
  project.pipelines.push({ id: nextId(), ref: 'main', sha, source: 'push', ...times(made.merged), jobs: [job('test', made.merged)] });
  const finished = iso(made.merged + 2 * HOUR);
  project.deployments.push({ id: nextId(), ref: 'main', sha, created_at: iso(made.merged + HOUR), updated_at: finished, status: 'success', environment: 1, deployable: { id: nextId(), name: 'deploy', started_at: iso(made.merged + HOUR), finished_at: finished } });
  if (number % 10 === 0) project.issues.push({ iid: 900 + number, title: `Down after ${String(number)}`, issue_type: 'incident', severity: 'HIGH', state: 'closed', created_at: iso(made.merged + 3 * HOUR), updated_at: iso(made.merged + 5 * HOUR), closed_at: iso(made.merged + 5 * HOUR), states: [], description: `Caused by: ${sha}` });
} // prettier-ignore
