/** The GitHub of the bench, in a process of its own: tells its totals and moves its clock when it is asked to. */
import { startGitHub } from '../../collector/testing/github-server/server.ts';
import { World } from '../../collector/testing/github-server/world.ts';

const DAY = 86_400_000;
const [repositories = '300', pulls = '60000', mode] = process.argv.slice(2);
const isReal = mode === 'real';
// Two weeks are left to go on.
const now = isReal ? new Date() : new Date('2026-10-18T00:00:00Z');
const end = new Date(now.getTime() + 14 * DAY);
const world = new World({ repositories: Number(repositories), pulls: Number(pulls), days: 730, hugeEvery: 0, end });
// What is made up once is no time of an answer.
if (isReal) for (const one of world.repositories) world.updated(one, now.getTime());
const server = await startGitHub({ world, now: isReal ? new Date() : now, limits: { isReal } });

process.on('message', (asked: { readonly pass?: number }) => {
  if (asked.pass !== undefined) server.limits.pass(asked.pass);
  process.send?.({ now: server.limits.now, totals: { ...server.limits.totals } });
});
process.send?.({ url: server.url, now: server.limits.now });
