/** Who and what the demo organisation is: teams, people, repositories, services, tools and their landing. */
import { generator, pick, seedOf } from './random.ts';
import { TRUTHS } from './truths.ts';

/** How much somebody uses claude-code after it landed: uses per 30 days. */
export type Band = 'zero' | 'low' | 'high';

export interface Developer {
  readonly key: string;
  readonly email: string;
  readonly login: string;
  /** Number of the account at the forge. */
  readonly forgeId: number;
  readonly name: string;
  /** The first team, see `teamAt`. */
  readonly team: string;
  /** Null = stays. */
  readonly movesTo: string | null;
  readonly usesPer30Days: number;
  readonly band: Band;
  /** One of the four of team checkout who carry the speed-up. */
  readonly isCarrier: boolean;
  readonly experienceStart: Date;
  readonly changesPerWeek: number;
}

export interface DemoRepo {
  readonly slug: string;
  readonly service: string | null;
  readonly team: string;
}

export const TEAMS = [
  { id: 'checkout', title: 'Checkout', size: 12 },
  { id: 'platform', title: 'Platform', size: 10 },
  { id: 'search', title: 'Search', size: 9 },
  { id: 'mobile', title: 'Mobile', size: 9 },
  { id: 'data', title: 'Data', size: 8 },
] as const;

export const SERVICES = [
  { id: 'shop', title: 'Shop' },
  { id: 'payments', title: 'Payments' },
  { id: 'catalog', title: 'Catalog' },
  { id: 'gateway', title: 'Gateway' },
] as const;

export const REPOS: readonly DemoRepo[] = [
  { slug: 'acme/shop', service: 'shop', team: 'checkout' },
  { slug: 'acme/payments', service: 'payments', team: 'checkout' },
  { slug: 'acme/catalog', service: 'catalog', team: 'search' },
  { slug: 'acme/gateway', service: 'gateway', team: 'platform' },
  { slug: 'acme/mobile', service: null, team: 'mobile' },
  { slug: 'acme/warehouse', service: null, team: 'data' },
];

/** Repositories a team works in. */
export const TEAM_REPOS: Readonly<Record<string, readonly string[]>> = {
  checkout: ['acme/shop', 'acme/payments'],
  platform: ['acme/gateway', 'acme/shop'],
  search: ['acme/catalog', 'acme/gateway'],
  mobile: ['acme/mobile', 'acme/shop'],
  data: ['acme/warehouse', 'acme/catalog'],
};

/** Uses per 30 days of team checkout, as in the worked example of the concentration panel: half of the team under three. */
const CHECKOUT_USES = [0, 0, 1, 1, 2, 2, 3, 4, 12, 20, 31, 40];
const OTHER_USES = [0, 0, 0, 1, 0, 2, 8, 14, 22];

const FIRST =
  'Ana Bo Cem Dita Eli Fay Gus Hana Ivo Jia Kai Lea Mio Nia Oki Pia Quin Ravi Sol Tea Uma Vito Wen Xan Yara Zoe'.split(
    ' '
  );
const LAST =
  'Abel Brandt Costa Dahl Eriksen Fontana Garcia Haas Ito Jansen Kovac Larsen Moreau Novak Okafor Petit'.split(' ');

const bandOf = (uses: number): Band => (uses === 0 ? 'zero' : uses < 3 ? 'low' : 'high');

/** All developers; `now` only dates their experience. */
export function developers(seed: number, now: Date): Developer[] {
  const random = generator(seedOf(seed, 'people'));
  let index = 0;
  return TEAMS.flatMap((team) =>
    Array.from({ length: team.size }, (_unused, member): Developer => {
      const first = FIRST[index % FIRST.length] as string;
      const name = `${first} ${pick(random, LAST)}`;
      index += 1;
      const key = `${first.toLowerCase()}${String(index)}`;
      const uses = (team.id === 'checkout' ? CHECKOUT_USES : OTHER_USES)[
        member % (team.id === 'checkout' ? 12 : 9)
      ] as number;
      const months = [10, 20, 34, 50, 80, 120][Math.floor(random() * 6)] as number;
      return {
        key,
        email: `${key}@acme.example`,
        login: key,
        forgeId: 58_000 + index,
        name,
        team: team.id,
        movesTo: team.id === TRUTHS.mover.from && member === 0 ? TRUTHS.mover.to : null,
        usesPer30Days: uses,
        band: bandOf(uses),
        isCarrier: team.id === 'checkout' && uses >= 12,
        experienceStart: new Date(now.getTime() - months * 30.44 * 86_400_000),
        // Team checkout works evenly: then its four carriers own exactly a third of each class.
        changesPerWeek: team.id === 'checkout' ? 2 : 1.6 + random() * 0.8,
      };
    })
  );
}

/** The three tools, each of another telemetry grade. Landing is in weeks after the start of the demo. */
export const TOOLS = [
  { id: 'claude-code', title: 'Claude Code', grade: 3, measure: 'invocations', lowMin: 1, highMin: 3, landsInWeek: 33 },
  { id: 'copilot', title: 'GitHub Copilot', grade: 2, measure: 'active_days', lowMin: 1, highMin: 8, landsInWeek: 20 },
  { id: 'review-bot', title: 'Review bot', grade: 1, measure: 'invocations', lowMin: 1, highMin: 3, landsInWeek: 45 },
] as const;

/** Further tools: one that tells of its uses but seldom of whom, and two that nothing but marks tells of. */
export const OTHER_TOOLS = [
  { id: 'codex', title: 'Codex', grade: 3, startsInWeek: 52 },
  { id: 'aider', title: 'Aider', grade: 3 },
  { id: 'gemini-cli', title: 'Gemini CLI', grade: 3 },
] as const;

export const WEEKS = 65;
export const WEEK_MS = 7 * 86_400_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The demo's time: whole ISO weeks up to the one that contains `now`. */
export interface Timeline {
  readonly start: Date;
  readonly now: Date;
  readonly landing: Date;
  /** Before this date no tool existed: changes merged earlier are human. */
  readonly humanBefore: Date;
}

export function timeline(now: Date): Timeline {
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const monday = day.getTime() - ((day.getUTCDay() + 6) % 7) * DAY_MS;
  const start = monday - (WEEKS - 1) * WEEK_MS;
  return {
    start: new Date(start),
    now,
    landing: new Date(start + TOOLS[0].landsInWeek * WEEK_MS),
    humanBefore: new Date(start + TOOLS[1].landsInWeek * WEEK_MS),
  };
}

export const moveAt = (time: Timeline): Date => new Date(time.start.getTime() + TRUTHS.mover.afterWeeks * WEEK_MS);

/** When the work on the process of one team is done. */
export const processAt = (time: Timeline): Date => new Date(time.start.getTime() + TRUTHS.process.afterWeeks * WEEK_MS);

/** Team of a person at an instant. */
export const teamAt = ({ team, movesTo }: Developer, at: Date, time: Timeline): string =>
  movesTo !== null && at >= moveAt(time) ? movesTo : team;
