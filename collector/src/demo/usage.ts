/** Tool telemetry of the demo: three tools of different grade, seats, costs and surveys. */
import { createHash } from 'node:crypto';
import { generator, seedOf } from './random.ts';
import { DAY_MS, OTHER_TOOLS, TOOLS, WEEK_MS, type Developer, type Timeline } from './organisation.ts';
import { TRUTHS } from './truths.ts';

export interface DemoToolDay {
  readonly tool: string;
  readonly person: string;
  readonly day: Date;
  readonly grade: number;
  readonly invocations: number | null;
  readonly acceptedLines: number | null;
}
export interface DemoSeat {
  readonly tool: string;
  readonly person: string;
  readonly from: Date;
}
export interface DemoCost {
  readonly month: Date;
  readonly category: string;
  readonly tool: string;
  readonly amount: number;
}
export interface DemoAnswer {
  readonly survey: string;
  readonly question: string;
  readonly token: string;
  readonly team: string;
  readonly at: Date;
  readonly value: number;
  readonly hoursSaved: number | null;
}

const landingOf = (time: Timeline, tool: (typeof TOOLS)[number]): Date =>
  new Date(time.start.getTime() + tool.landsInWeek * WEEK_MS);

export function dailyFrom(from: Date, to: Date): Date[] {
  const out: Date[] = [];
  for (let ms = from.getTime(); ms < to.getTime(); ms += DAY_MS) {
    out.push(new Date(ms));
  }
  return out;
}

/** Who holds a seat: everybody who uses claude-code and every second of the others; 30 of copilot; the review bot by half. */
export function seats(people: readonly Developer[], time: Timeline): DemoSeat[] {
  const hasSeat: Readonly<Record<string, (person: Developer, index: number) => boolean>> = {
    'claude-code': (person, index) => person.band !== 'zero' || index % 2 === 0,
    copilot: (_person, index) => index % 8 < 5,
    'review-bot': (_person, index) => index % 2 === 0,
  };
  const held = TOOLS.flatMap((tool) =>
    people
      .filter((person, index) => hasSeat[tool.id]?.(person, index))
      .map((person) => ({ tool: tool.id, person: person.key, from: landingOf(time, tool) }))
  );
  return [...held, ...furtherSeats(people, time)];
}

/** Every sixth person may use codex. */
export const mayUseCodex = (people: readonly Developer[]): readonly Developer[] =>
  people.filter((_person, index) => index % 6 === 0);

/** Of every tool a list says who may use it: only then somebody without a seat is known to have used none. */
function furtherSeats(people: readonly Developer[], time: Timeline): DemoSeat[] {
  const heavy = people.filter(({ band, team }) => band === 'high' && team !== TRUTHS.cycle.team);
  return OTHER_TOOLS.flatMap(({ id }) =>
    (id === 'codex' ? mayUseCodex(people) : heavy).map(({ key }) => ({ tool: id, person: key, from: time.landing }))
  );
}

/**
 * Usage per day. Claude Code: uses are spread evenly, so that any 30 days hold what the person's band says; a seat without use has
 * zeros (observed). Copilot: active or not. The review bot reports nothing.
 */
export function toolDays(seed: number, people: readonly Developer[], time: Timeline): DemoToolDay[] {
  const random = generator(seedOf(seed, 'usage'));
  const held = seats(people, time);
  const holders = (tool: string): readonly Developer[] =>
    people.filter((person) => held.some((seat) => seat.tool === tool && seat.person === person.key));
  const [claude, copilot] = TOOLS;
  const claudeDays = holders(claude.id).flatMap((person) =>
    dailyFrom(landingOf(time, claude), time.now).map((day, index): DemoToolDay => {
      const upTo = (days: number): number => Math.floor((person.usesPer30Days * days) / 30);
      const invocations = upTo(index + 1) - upTo(index);
      return { tool: claude.id, person: person.key, day, grade: 3, invocations, acceptedLines: invocations * 14 };
    })
  );
  const copilotDays = holders(copilot.id).flatMap((person) =>
    dailyFrom(landingOf(time, copilot), time.now)
      .filter((day) => day.getUTCDay() % 6 !== 0 && random() < 0.1 + person.usesPer30Days / 60)
      .map((day): DemoToolDay => ({
        tool: copilot.id,
        person: person.key,
        day,
        grade: 2,
        invocations: null,
        acceptedLines: null,
      }))
  );
  return [...claudeDays, ...withIdle(copilotDays, holders(copilot.id), time)];
}

/** Holders of a copilot seat who stopped using it. */
export const idleHolders = (holders: readonly Developer[]): readonly Developer[] =>
  holders.filter(({ band }) => band === 'zero').slice(0, TRUTHS.idleSeats.copilot);

/** As many idle seats as planted: their holders have no day in the last six weeks, everybody else has one in the last three. */
function withIdle(days: readonly DemoToolDay[], holders: readonly Developer[], { now }: Timeline): DemoToolDay[] {
  const idle = new Set(idleHolders(holders).map(({ key }) => key));
  const daysAgo = ({ day }: DemoToolDay): number => (now.getTime() - day.getTime()) / DAY_MS;
  const used = days.filter((one) => !idle.has(one.person) || daysAgo(one) > 42);
  const isBusy = new Set(used.filter((one) => daysAgo(one) < 21).map(({ person }) => person));
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const added = holders
    .filter(({ key }) => !idle.has(key) && !isBusy.has(key))
    .map(({ key }): DemoToolDay => ({ tool: 'copilot', person: key, day: new Date(midnight - 9 * DAY_MS), grade: 2, invocations: null, acceptedLines: null })); // prettier-ignore
  return [...used, ...added];
}

/** Days on which a tool was observed at all; the review bot never is. */
export function heartbeats(time: Timeline): Array<{ source: string; day: Date }> {
  return TOOLS.filter((tool) => tool.grade >= 2).flatMap((tool) =>
    dailyFrom(landingOf(time, tool), time.now).map((day) => ({ source: `tool:${tool.id}`, day }))
  );
}

/** Seat and process costs per whole month. */
export function costs(people: readonly Developer[], time: Timeline): DemoCost[] {
  const held = seats(people, time);
  const months: Date[] = [];
  for (
    let month = new Date(Date.UTC(time.start.getUTCFullYear(), time.start.getUTCMonth() + 1, 1));
    month < time.now;
  ) {
    months.push(month);
    month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1));
  }
  return months.flatMap((month) => [
    ...TOOLS.filter((tool) => landingOf(time, tool) <= month).map((tool) => ({
      month,
      category: 'tool_seat',
      tool: tool.id,
      amount: (tool.id === 'copilot' ? 19 : 20) * held.filter((seat) => seat.tool === tool.id).length,
    })),
    { month, category: 'training', tool: '', amount: 2500 },
    { month, category: 'process_other', tool: '', amount: 9000 },
  ]);
}

/** Three waves; developers believe in more hours saved than delivery shows. */
export function answers(seed: number, people: readonly Developer[], time: Timeline): DemoAnswer[] {
  const random = generator(seedOf(seed, 'survey'));
  return [8, 18, 28].flatMap((weeksAfter, wave) =>
    people
      .filter(() => random() < 0.8)
      .flatMap((person) => {
        const survey = `wave-${String(wave + 1)}`;
        const at = new Date(time.landing.getTime() + weeksAfter * WEEK_MS);
        const token = createHash('sha256')
          .update(`${String(seed)}/${survey}/${person.key}`)
          .digest('hex')
          .slice(0, 16);
        const hoursSaved = person.band === 'zero' ? 0 : Math.round(random() * 80) / 10;
        const base = { survey, token, team: person.team, at };
        return at < time.now
          ? [
              { ...base, question: 'satisfaction', value: 1 + Math.floor(random() * 5), hoursSaved: null },
              { ...base, question: 'hours_saved', value: hoursSaved, hoursSaved },
            ]
          : [];
      })
  );
}
