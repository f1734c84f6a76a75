/** The GitHub of the bench, in a process of its own: tells its totals and moves its clock when it is asked to. */
import { startGitHub } from '../../collector/testing/github-server/server.ts';
import { World } from '../../collector/testing/github-server/world.ts';

const DAY = 86_400_000;
const [repositories = '300', pulls = '60000'] = process.argv.slice(2);
const end = new Date('2026-11-01T00:00:00Z');
const world = new World({ repositories: Number(repositories), pulls: Number(pulls), days: 730, hugeEvery: 0, end });
// Two weeks are left to go on.
const server = await startGitHub({ world, now: new Date(end.getTime() - 14 * DAY) });

process.on('message', (asked: { readonly pass?: number }) => {
  if (asked.pass !== undefined) server.limits.pass(asked.pass);
  process.send?.({ now: server.limits.now, totals: { ...server.limits.totals } });
});
process.send?.({ url: server.url, now: server.limits.now });
