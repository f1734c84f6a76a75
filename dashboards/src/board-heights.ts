/** Tables as high as the rows that a store has for them, and a note where a store hides much. Pure. */
import { columnsOf, parseQuery } from '../../plugin/src/metrics/query.ts';
import type { Row } from '../../plugin/src/metrics/define.ts';
import { BOARD, nextId, type OrderedPanel } from './board-order.ts';
import { STEPS, takes, TITLES } from '../../plugin/src/metrics/parts/grounds.ts';
import { BOARD_PIXELS, registry, rowPixels, tableHeight } from './pixels.ts';

/** What is read of a table's JSON. */
export interface TablePanel extends OrderedPanel {
  readonly transformations?: ReadonlyArray<{ readonly id: string }>;
  readonly fieldConfig?: {
    readonly overrides?: ReadonlyArray<{
      readonly matcher: { readonly options?: unknown };
      readonly properties: ReadonlyArray<{ readonly id: string; readonly value?: unknown }>;
    }>;
  };
}

interface Panels {
  readonly panels: readonly OrderedPanel[];
}

/** Whether a table shows every row of its answer. */
export const isWhole = ({ type, transformations = [] }: TablePanel): boolean =>
  type === 'table' && !transformations.some(({ id }) => id === 'filterByValue');

/** Widths of the columns by head; null = the room that the others leave. */
function widthsOf({ fieldConfig }: TablePanel): ReadonlyMap<string, number | null> {
  const all = (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }): Array<[string, number | null]> => {
    const found = properties.find(({ id }) => id === 'custom.width');
    return found === undefined ? [] : [[String(matcher.options), typeof found.value === 'number' ? found.value : null]];
  });
  return new Map(all);
}

/** Rows of Grafana's grid that show all rows of the answer on a screen of 1280 pixels. */
function heightOf(panel: TablePanel, rows: readonly Row[]): number {
  const [target] = panel.targets ?? [];
  if (target === undefined) return panel.gridPos.h;
  const { metric, params } = parseQuery({ ...target, version: 1 }, registry);
  const widths = widthsOf(panel);
  const taken = [...widths.values()].reduce<number>((sum, width) => sum + (width ?? 0), 0);
  const columns = columnsOf(metric, params).filter(({ type, label }) => type === 'string' && widths.has(label));
  const pixels = rows.map((row) =>
    rowPixels(
      columns.map(({ name, label }) => ({
        text: String(row[name] ?? ''),
        width: widths.get(label) ?? BOARD_PIXELS - taken,
      }))
    )
  );
  return tableHeight(pixels);
}

/** The board with these panels of other heights, what is below moved. */
function withHeights<Board extends Panels>(board: Board, heights: ReadonlyMap<number, number>): Board {
  let moved = 0;
  const lines = [...Map.groupBy(board.panels, ({ gridPos }) => gridPos.y)].toSorted(([one], [other]) => one - other);
  const panels = lines.flatMap(([y, line]) => {
    const placed = line.map((one) => ({
      ...one,
      gridPos: { ...one.gridPos, y: y + moved, h: heights.get(one.id) ?? one.gridPos.h },
    }));
    const highest = (all: readonly OrderedPanel[]): number => Math.max(...all.map(({ gridPos }) => gridPos.h));
    moved += highest(placed) - highest(line);
    return placed;
  });
  return { ...board, panels };
}

/** The board with each of these tables as high as its rows: none is cut, and none is empty below. @param rows By the id of the panel. */
export function asHighAsRows<Board extends Panels>(board: Board, rows: ReadonlyMap<number, readonly Row[]>): Board {
  const found = board.panels.flatMap((one): Array<[number, number]> => {
    const own = rows.get(one.id);
    return own === undefined ? [] : [[one.id, heightOf(one, own)]];
  });
  return found.length === 0 ? board : withHeights(board, new Map(found));
}

/** Whether questions of the board that are in sight tell code sources apart; those of closed rows are not. */
const tellsSources = ({ panels }: Panels): boolean =>
  panels.some(({ targets = [] }) => targets.some(({ params }) => [params['groupBy']].flat().includes('code_source')));

/** Questions whose answers tell code sources apart. */
const OF_SOURCES: ReadonlySet<unknown> = new Set(
  [...registry.values()].flatMap(({ questions = [] }) =>
    questions.filter(({ needs, gains = [] }) => [...needs, ...gains].includes('code_source')).map(({ title }) => title)
  )
);

/**
 * What a store hides of code sources; null = nothing. People of the whole range may be enough for a source while those of its first or last
 * weeks are not: then a question is open since its answer is hidden.
 * @param readiness Rows of the metric: what answers rest on (`grounds`), and the questions that are not answered (`open`).
 */
export function hiddenSources({ grounds, open }: { readonly grounds: readonly Row[]; readonly open: readonly Row[] }): string | null {
  const ground = String(grounds.find((row) => row['ground'] === TITLES.code_source)?.['why'] ?? '');
  if (ground.includes('hidden')) return ground;
  const question = open.find((row) => OF_SOURCES.has(row['question']) && String(row['why']).startsWith('hidden'));
  return question === undefined ? null : String(question['why']);
} // prettier-ignore

/** Below the head of a board that tells code sources apart: what is hidden of them here, what stands in its place, and the step. */
export function withHiddenNote<Board extends Panels>(board: Board, why: string): Board {
  const [head] = board.panels;
  if (head === undefined || !tellsSources(board)) return board;
  const height = 5;
  const y = head.gridPos.y + head.gridPos.h;
  const note: OrderedPanel = {
    id: nextId(board.panels),
    type: 'text',
    title: 'Why are code sources hidden here?',
    description: 'What this store hides of code sources because of small groups, and the one step that shows more. Written when Grafana was started.',
    options: {
      mode: 'markdown',
      content: `**Code source: ${why}.** Where half of the groups are hidden, *all together* is the coarser answer in their place: AI-assisted and AI-heavy code cannot stand as one beside it, for a small source would follow from the others.\n\nTo see more: ${STEPS.people.text}${takes(STEPS.people)}`,
    },
    gridPos: { x: 0, y, w: BOARD, h: height },
  };
  const below = board.panels.slice(1).map((one) => ({ ...one, gridPos: { ...one.gridPos, y: one.gridPos.y + height } }));
  return { ...board, panels: [head, note, ...below] };
} // prettier-ignore
