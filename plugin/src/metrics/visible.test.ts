// Hiding must not hide the product: what the boards show of the units in three organisations, as a Viewer sees them.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openWorld, STORE } from '../backend/fixtures/attack-report.ts';
import { ask, type World } from '../backend/fixtures/attack-run.ts';
import type { Row } from './define.ts';
import { metrics } from './registry.generated.ts';

const WEEK_MS = 7 * 86_400_000;

/** Questions of the boards as shipped, every variable at All. */
function boardQuestions(): Array<{ board: string; queryType: string; params: Record<string, unknown> }> {
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
        readFileSync(path.join(folder, name), 'utf8').replaceAll(/"\$\{?\w+(?::\w+)?\}?"/g, '"$__all"')
      ) as { panels: Panel[] };
      return all(board.panels).flatMap(({ targets = [] }) =>
        targets.map(({ queryType = '', params = {} }) => ({ board: name, queryType, params }))
      );
    });
}

/** Sums of n over all questions of a board: as shown, and as they are. */
async function unitsByBoard({ store, now }: World): Promise<ReadonlyMap<string, { shown: number; all: number }>> {
  const sum = (rows: readonly Row[]): number =>
    rows.reduce((total, row) => total + (typeof row['n'] === 'number' ? row['n'] : 0), 0);
  const byBoard = new Map<string, { shown: number; all: number }>();
  const seen = new Set<string>();
  for (const { board, queryType: metric, params } of boardQuestions()) {
    const name = JSON.stringify([board, metric, params]);
    if (seen.has(name) || metrics.every(({ id }) => id !== metric)) continue;
    seen.add(name);
    const question = { metric, params, adhocFilters: [], range: 0 };
    const gated = await ask(store, question, { from: new Date(now.getTime() - 52 * WEEK_MS), to: now, now });
    const open = await ask(store, question, { from: gated.from, to: now, now, smallGroups: 'shown' });
    const ofRange = open.rows.filter(({ time }) => !(time instanceof Date) || time < gated.to);
    const { shown, all } = byBoard.get(board) ?? { shown: 0, all: 0 };
    byBoard.set(board, { shown: shown + sum(gated.rows), all: all + Math.max(sum(gated.rows), sum(ofRange)) });
  }
  return byBoard;
}

/** What must be shown of each board, here or in the store that ATTACK_STORE names. */
const LEAST: ReadonlyArray<readonly [name: Parameters<typeof openWorld>[0], least: number]> =
  STORE === undefined ? [['company', 0.75], ['project', 0.8], ['demo', 0.8]] : [['store', 0.8]]; // prettier-ignore

test.each(LEAST)(
  '%s: of the units of each default board at least %f are shown',
  async (name, least) => {
    const { world, close } = await openWorld(name);
    try {
      const found = await unitsByBoard(world);
      const shares = [...found]
        .filter(([, { all }]) => all > 0)
        .map(([board, { shown, all }]) => ({ board, share: shown / all }));
      console.info(
        `${name}: ${shares.map(({ board, share }) => `${board} ${String(Math.round(share * 100))} %`).join(', ')}`
      );
      expect(shares.length).toBeGreaterThan(2);
      expect(shares.filter(({ share }) => share < least)).toEqual([]);
    } finally {
      await close();
    }
  },
  240_000
);
