/** What tools of the demo send themselves: uses of claude-code with what they name, and uses of codex by account. */
import type { DemoChange } from './changes.ts';
import { deck, generator, seedOf } from './random.ts';
import { DAY_MS, HOUR_MS, OTHER_TOOLS, WEEK_MS, type Developer, type Timeline } from './organisation.ts';
import { TRUTHS } from './truths.ts';
import { mayUseCodex, type DemoToolDay } from './usage.ts';

export interface DemoUse {
  readonly id: string;
  readonly tool: string;
  readonly person: string;
  readonly at: Date;
  readonly workflow: string | null;
  /** `debug` = a run of the agent that looks for a cause; null = none is named. */
  readonly feature: string | null;
  /** Of a run; null = a single use. */
  readonly startedAt: Date | null;
  /** Null = nothing says what it was for. */
  readonly change: DemoChange | null;
}

/** An account of codex; null = of nobody known otherwise. */
export interface CodexAccount {
  readonly email: string;
  readonly person: Developer | null;
  readonly uses: readonly Date[];
}

type Naming = keyof typeof TRUTHS.namedUses | 'nothing';

const NAMINGS: readonly Naming[] = (() => {
  const named = Object.entries(TRUTHS.namedUses).flatMap(([name, share]) =>
    Array.from({ length: Math.round(share * 10) }, () => name as Naming)
  );
  return [...named, ...Array.from({ length: 10 - named.length }, () => 'nothing' as const)];
})();

/** The change that somebody worked on at an instant: the next one that was merged, else the last. */
function workedOn(own: readonly DemoChange[], at: Date): DemoChange | null {
  return own.find(({ mergedAt }) => mergedAt >= at) ?? own.at(-1) ?? null;
}

/** Uses of a feature that decide the band of a run: those of its person in the 30 days to the end of its week. */
function withRuns(all: readonly DemoUse[], random: () => number): DemoUse[] {
  const { feature, minutes, lowUntil } = TRUTHS.runs;
  const days = new Map<string, number[]>();
  const dayOf = (at: Date): number => Math.floor(at.getTime() / DAY_MS);
  for (const { person, at, feature: named } of all)
    if (named === feature) days.set(person, [...(days.get(person) ?? []), dayOf(at)]);
  return all.map((use): DemoUse => {
    if (use.feature !== feature) return use;
    // 1970-01-01 was a Thursday.
    const day = dayOf(use.at);
    const nextMonday = day - ((day + 3) % 7) + 7;
    const count = (days.get(use.person) ?? []).filter((one) => one >= nextMonday - 30 && one < nextMonday).length;
    const mean = count <= lowUntil ? minutes.low : minutes.high;
    return { ...use, startedAt: new Date(use.at.getTime() - (mean * (0.5 + random()) * HOUR_MS) / 60) };
  });
}

/** One event for each use that the days of claude-code count, in working hours. */
export function uses(
  seed: number,
  days: readonly DemoToolDay[],
  { changes, now }: { readonly changes: readonly DemoChange[]; readonly now: Date }
): DemoUse[] {
  const random = generator(seedOf(seed, 'uses'));
  const namings = deck(random, NAMINGS);
  const byAuthor = new Map<string, DemoChange[]>();
  for (const change of changes) byAuthor.set(change.author.key, [...(byAuthor.get(change.author.key) ?? []), change]);
  const all = days
    .filter(({ tool }) => tool === 'claude-code')
    .flatMap(({ tool, person, day, invocations }) =>
      Array.from({ length: invocations ?? 0 }, (_unused, index): DemoUse => {
        const drawn = day.getTime() + (8 + 9 * random()) * HOUR_MS;
        // Of today only what has happened.
        const at = new Date(drawn < now.getTime() ? drawn : day.getTime() + random() * (now.getTime() - day.getTime()));
        const naming = namings.next().value;
        return {
          id: `${person}/${day.toISOString().slice(0, 10)}/${String(index)}`,
          ...{ tool, person, at },
          workflow: naming === 'field' ? 'review' : null,
          feature: naming === 'feature' ? TRUTHS.runs.feature : null,
          startedAt: null,
          change: naming === 'change' ? workedOn(byAuthor.get(person) ?? [], at) : null,
        };
      })
    );
  return withRuns(all, generator(seedOf(seed, 'runs')));
}

/** People who may use it, and some addresses that nobody knows. */
export function codexAccounts(seed: number, people: readonly Developer[], time: Timeline): CodexAccount[] {
  const random = generator(seedOf(seed, 'codex'));
  const { accounts, strangers } = TRUTHS.codex;
  const known = mayUseCodex(people).slice(0, accounts - strangers);
  const owners = [...known, ...Array.from({ length: strangers }, () => null)];
  const from = time.start.getTime() + OTHER_TOOLS[0].startsInWeek * WEEK_MS;
  return owners.map((person, index) => ({
    email: person?.email ?? `dev${String(index)}@home.example`,
    person,
    uses: everyFewDays(from, time.now, random),
  }));
}

function everyFewDays(from: number, now: Date, random: () => number): Date[] {
  const out: Date[] = [];
  for (let ms = from; ms < now.getTime() - DAY_MS; ms += (2 + 4 * random()) * DAY_MS)
    out.push(new Date(ms + 9 * HOUR_MS));
  return out.filter((at) => at < now);
}
