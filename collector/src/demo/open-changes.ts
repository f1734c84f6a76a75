/** Changes of the demo that wait for review now. */
import { generator, pick, seedOf } from './random.ts';
import { DAY_MS, TEAM_REPOS, type Developer, type Timeline } from './organisation.ts';

export interface OpenChange {
  readonly repo: string;
  readonly number: number;
  readonly author: Developer;
  readonly title: string;
  readonly readyAt: Date;
}

/** One for two developers in three, ready within the last six days; numbers lie far above those of merged changes. */
export function openChanges(seed: number, people: readonly Developer[], time: Timeline): OpenChange[] {
  const random = generator(seedOf(seed, 'open'));
  return people
    .filter((_person, index) => index % 3 !== 0)
    .map((author, index) => ({
      repo: pick(random, TEAM_REPOS[author.team] as readonly string[]),
      number: 90_000 + index,
      author,
      title: `feat: work in progress ${String(index + 1)}`,
      readyAt: new Date(time.now.getTime() - (0.1 + random() ** 1.5 * 6) * DAY_MS),
    }));
}
