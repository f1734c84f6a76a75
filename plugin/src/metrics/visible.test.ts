// Hiding must not hide the product: what the boards show of the units in three organisations, as a Viewer sees them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openWorld, STORE } from '../backend/fixtures/attack-report.ts';
import type { World } from '../backend/fixtures/attack-run.ts';
import { dimensionValues } from '../backend/query/dimensions.ts';
import { unitsByReason, type Why } from '../backend/fixtures/visible-why.ts';

const WEEK_MS = 7 * 86_400_000;
/** Each question on a line of its own. */
const isLong = process.env['VISIBLE'] === 'long';

/** What the variable of tools opens on: the one with most use. */
async function firstTool({ store }: World): Promise<string> {
  const { rows } = await store.run(dimensionValues('tool', {}), {
    signal: new AbortController().signal,
    maxRows: 2000,
  });
  return typeof rows[0]?.['value'] === 'string' ? rows[0]['value'] : '$__all';
}

/** Questions of the boards as shipped: one tool, every other variable at All. */
function boardQuestions(tool: string): Array<{ board: string; queryType: string; params: Record<string, unknown> }> {
  const folder = path.join(import.meta.dirname, '..', '..', '..', 'dashboards');
  interface Panel {
    readonly panels?: Panel[];
    readonly targets?: Array<{ queryType?: string; params?: Record<string, unknown> }>;
  }
  const all = (panels: readonly Panel[]): Panel[] => panels.flatMap((panel) => [panel, ...all(panel.panels ?? [])]);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const board = JSON.parse(
        readFileSync(path.join(folder, name), 'utf8')
          .replaceAll('"$tool"', JSON.stringify(tool))
          .replaceAll(/"\$\{?\w+(?::\w+)?\}?"/g, '"$__all"')
      ) as { panels: Panel[] };
      return all(board.panels).flatMap(({ targets = [] }) =>
        targets.map(({ queryType = '', params = {} }) => ({ board: name, queryType, params }))
      );
    });
}

/** Sums of n over all questions of a board, by what hides them. */
async function unitsByBoard(world: World): Promise<ReadonlyMap<string, ReadonlyMap<Why, number>>> {
  const { store, now } = world;
  const byBoard = new Map<string, Map<Why, number>>();
  // Boards share panels: what several ask is asked once.
  const answers = new Map<string, ReadonlyMap<Why, number>>();
  const seen = new Set<string>();
  const range = { from: new Date(now.getTime() - 52 * WEEK_MS), to: now, now };
  for (const { board, queryType: metric, params } of boardQuestions(await firstTool(world))) {
    const question = JSON.stringify([metric, params]);
    if (seen.has(`${board} ${question}`)) continue;
    seen.add(`${board} ${question}`);
    const found = answers.get(question) ?? (await unitsByReason(store, { metric, params }, range));
    answers.set(question, found);
    if (isLong) console.info(`${board} ${metric} ${JSON.stringify(params)}: ${textOf(found)}`);
    const known = byBoard.get(board) ?? new Map<Why, number>();
    byBoard.set(board, known);
    for (const [why, count] of found) known.set(why, (known.get(why) ?? 0) + count);
  }
  return byBoard;
}

const sumOf = (counts: ReadonlyMap<Why, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** By group, and of all groups as one. */
const visibleOf = (counts: ReadonlyMap<Why, number>): number =>
  (counts.get('shown') ?? 0) + (counts.get('together') ?? 0);

/** Share that is shown, of how many, and what hides the rest. */
function textOf(counts: ReadonlyMap<Why, number>): string {
  const all = sumOf(counts);
  const part = (count: number) => `${String(Math.round((100 * count) / all))} %`;
  const hidden = [...counts].filter(([why, count]) => why !== 'shown' && count > 0).sort(([, one], [, two]) => two - one);
  const reasons = hidden.map(([why, count]) => `${why} ${part(count)}`).join(', ');
  return all === 0 ? 'no units' : `${part(visibleOf(counts))} of ${String(all)}${reasons === '' ? '' : ` (${reasons})`}`;
} // prettier-ignore

/** What must be shown of each board, here or in the store that ATTACK_STORE names. */
const LEAST: ReadonlyArray<readonly [name: Parameters<typeof openWorld>[0], least: number]> =
  STORE === undefined ? [['company', 0.82], ['project', 0.94], ['young', 0.29], ['demo', 0.79]] : [['store', 0.8]]; // prettier-ignore

/**
 * Shares of people by tool are judged by their smaller side: of tools that few use most is hidden. Of 60 teams many are small, and where nothing is open
 * the board on the collection counts little but them. Of the young project AI code is one group: of two sources the one of few people at an edge hides
 * the other, where of three (human, AI-heavy, AI-assisted) one was seen.
 */
const LOWER: ReadonlyMap<string, number> = new Map([
  ['demo adoption.json', 0.65],
  ['company collector-health.json', 0.74],
  ['young durability.json', 0],
  ['young dora-by-source.json', 0.2],
]);

test.each(LEAST)(
  '%s: of the units of each default board at least %f are shown',
  async (name, least) => {
    const { world, close } = await openWorld(name);
    try {
      const found = await unitsByBoard(world);
      // A board that counts nothing here (no telemetry, no incidents) hides nothing.
      const counted = [...found].filter(([, counts]) => sumOf(counts) > 0);
      const shares = counted.map(([board, counts]) => ({ board, share: visibleOf(counts) / sumOf(counts) }));
      console.info(`${name}: ${counted.map(([board, counts]) => `${board} ${textOf(counts)}`).join('; ')}`);
      expect(shares.length).toBeGreaterThan(2);
      expect(shares.filter(({ board, share }) => share < (LOWER.get(`${name} ${board}`) ?? least))).toEqual([]);
    } finally {
      await close();
    }
  },
  240_000
);
