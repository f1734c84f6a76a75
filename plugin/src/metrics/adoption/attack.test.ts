// A company of 400 people in 60 teams, asked as a Viewer: whoever sets two shown shares beside each other learns of no 1 to 4 people that they use a tool or not.
import { testDatabase } from '../../../../collector/testing/database.ts';
import { ask } from '../../backend/fixtures/attack-run.ts';
import { attackWorldSql, LAST_DAY } from '../../backend/fixtures/attack-worlds.ts';
import { openReader } from '../../backend/fixtures/reader.ts';
import { TOGETHER } from '../../backend/query/gate/together-notice.ts';
import type { Row } from '../define.ts';

const WEEK_MS = 7 * 86_400_000;
const now = new Date(LAST_DAY.getTime() + 2 * 86_400_000);
const K = 5;

interface Member {
  readonly person: string;
  readonly team: string;
  readonly seniority: string;
  readonly uses: number | null;
}

let people: readonly Member[];
let rowsOf: (params: Record<string, unknown>, weeks?: number) => Promise<readonly Row[]>;
let close: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  await database.pool.query(attackWorldSql('company'));
  ({ rows: people } = await database.pool.query<Member>('select person, team, seniority, uses from work_person'));
  const store = openReader(database);
  rowsOf = async (params, weeks = 13) => {
    const question = { metric: 'adoption', params: { tool: ['agent'], ...params }, adhocFilters: [], range: 0 };
    return (await ask(store, question, { from: new Date(now.getTime() - weeks * WEEK_MS), to: now, now })).rows;
  };
  close = async () => {
    await store.close();
    await database.close();
  };
}, 120_000);
afterAll(() => close());

interface Shown {
  readonly asked: string;
  /** Of whom it is so, and of whom it is not. */
  readonly sides: ReadonlyArray<ReadonlySet<string>>;
}

const names = (members: readonly Member[]): ReadonlySet<string> => new Set(members.map(({ person }) => person));

/** People on both sides of a shown share, by what they are known by; the share is checked against them. */
function shownOf(row: Row, within: readonly Member[], asked: string): Shown[] {
  const known = within.filter(({ uses }) => uses !== null);
  const active = known.filter(({ uses }) => (uses ?? 0) > 0);
  if (typeof row['value'] !== 'number') return [];
  expect({ asked, value: row['value'].toFixed(9) }).toEqual({
    asked,
    value: (active.length / known.length).toFixed(9),
  });
  return [{ asked, sides: [names(active), names(known.filter(({ uses }) => uses === 0))] }];
}

test('shares by team and seniority, of each value, of all but one and over other ranges', async () => {
  const teams = [...new Set(people.map(({ team }) => team))].sort();
  const shown: Shown[] = [];
  let hidden = 0;
  for (const weeks of [4, 13]) {
    for (const by of ['team', 'seniority'] as const) {
      for (const row of await rowsOf({ groupBy: [by] }, weeks)) {
        const found = shownOf(row, people.filter((member) => [member[by], TOGETHER].includes(String(row[by]))), `by ${by} ${String(row[by])}`);
        shown.push(...found);
        if (row['status'] === 'suppressed_k') hidden += 1;
      }
    }
    for (const row of await rowsOf({}, weeks)) shown.push(...shownOf(row, people, 'all'));
  }
  for (const team of teams.filter((_, place) => place % 6 === 0)) {
    for (const chosen of [[team], teams.filter((other) => other !== team)]) {
      for (const row of await rowsOf({ team: chosen })) {
        shown.push(...shownOf(row, people.filter((member) => chosen.includes(member.team)), `${String(chosen.length)} teams, ${team}`));
      }
    }
  }
  expect(shown.length).toBeGreaterThan(5);
  expect(hidden).toBeGreaterThan(5);
  const told = shown.flatMap((one) =>
    shown.flatMap((other) =>
      one.sides.flatMap((side, place) => {
        const rest = [...side].filter((person) => other.sides[place]?.has(person) !== true);
        const isPart = [...(other.sides[place] ?? [])].every((person) => side.has(person));
        return isPart && rest.length > 0 && rest.length < K ? [`${one.asked} less ${other.asked}: ${String(rest.length)}`] : [];
      })
    )
  );
  expect(told).toEqual([]);
}, 240_000); // prettier-ignore

test('no shown cell of bands or of moves between them holds 1 to 4 people', async () => {
  for (const mode of ['intensity', 'migration']) {
    const rows = await rowsOf({ mode, groupBy: ['team'] });
    const told = rows.filter(({ n, status }) => typeof n === 'number' && n < K && status !== 'suppressed_k');
    expect({ mode, told }).toEqual({ mode, told: [] });
    expect(rows.some(({ status }) => status === 'suppressed_k')).toBe(true);
  }
}, 120_000);
