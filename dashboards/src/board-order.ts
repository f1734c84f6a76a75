/**
 * A board as a store can fill it: panels whose question needs facts that the store does not hold at all go into one closed row at the end,
 * which names them, below the steps that would bring them; what is known moves up. Where the facts exist, nothing moves. Pure.
 */
import type { StoreFact, Metric, ParamValues } from '../../plugin/src/metrics/define.ts';
import { allPanels } from './all-panels.ts';
import { BRINGS, inSentence, STEPS, takes, TITLES, type StepName } from '../../plugin/src/metrics/parts/grounds.ts';
import { holds } from '../../plugin/src/metrics/query.ts';

/** What a store holds or not: facts that metrics rest on, and three that only some of their questions need. */
export type Held = StoreFact | 'failures' | 'seats' | 'phases';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What is read of a panel's JSON. */
export interface OrderedPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly collapsed?: boolean;
  readonly gridPos: Place;
  readonly panels?: readonly OrderedPanel[];
  readonly targets?: ReadonlyArray<{ readonly queryType: string; readonly params: ParamValues }>;
  readonly description?: string;
  /** Of a text. */
  readonly options?: { readonly mode?: string; readonly content?: string };
}

const NAMES: Readonly<Record<Held, string>> = { ...TITLES, seats: 'Seats', phases: 'Phases' };
/** What brings each. */
const STEPS_TO: Readonly<Record<Held, StepName>> = {
  ...BRINGS,
  failures: 'incidents',
  seats: 'seats',
  phases: 'phases',
};

/** Questions without a number where nobody tells of these, though their metric has others. */
const BESIDES: ReadonlyArray<{ readonly of: string; readonly when: Readonly<Record<string, readonly string[]>>; readonly needs: Held }> = [
  { of: 'dora-by-source', when: { metric: ['change_fail_rate', 'recovery_time', 'rework_rate'] }, needs: 'failures' },
  { of: 'evidence', when: { mode: ['deployments'], only: ['failed'] }, needs: 'failures' },
  { of: 'cycle-time-by-usage', when: { workflow: ['review'] }, needs: 'reviews' },
  { of: 'adoption', when: { mode: ['licensed', 'utilisation', 'idle_seats', 'blockers'] }, needs: 'seats' },
  { of: 'adoption', when: { groupBy: ['team'] }, needs: 'teams' },
  { of: 'flow-shift', when: { compare: ['phases'] }, needs: 'phases' },
]; // prettier-ignore

/** What a panel's question needs at all. */
function needsOf({ targets = [] }: OrderedPanel, registry: ReadonlyMap<string, Metric>): Held[] {
  return targets.flatMap(({ queryType, params }) => {
    const metric = registry.get(queryType);
    const own = metric?.ofNothing?.find(({ when }) => holds(when, params))?.needs ?? [];
    const besides = BESIDES.filter(({ of, when }) => of === queryType && holds(when, params)).map(({ needs }) => needs);
    return [...(metric?.needs ?? []), ...own, ...besides];
  });
}

/** Columns of Grafana's grid. */
export const BOARD = 24;

/** An id that no panel or row of the board has, nor any in a closed row. */
export const nextId = (panels: readonly OrderedPanel[]): number =>
  Math.max(...panels.flatMap((one) => [one, ...(one.panels ?? [])]).map(({ id }) => id)) + 1;

/** Panels from a line on, as wide together as the board, lines as they were. */
function placed(panels: readonly OrderedPanel[], from: number): { readonly panels: OrderedPanel[]; readonly end: number } {
  let y = from;
  const lines = Map.groupBy(panels, ({ gridPos }) => gridPos.y);
  const all = [...lines.values()].flatMap((line) => {
    const taken = line.reduce((sum, { gridPos }) => sum + gridPos.w, 0);
    let x = 0;
    const moved = line.map((one, index) => {
      const w = index === line.length - 1 ? BOARD - x : Math.round((one.gridPos.w * BOARD) / taken);
      x += w;
      return { ...one, gridPos: { ...one.gridPos, x: x - w, w, y } };
    });
    y += Math.max(...line.map(({ gridPos }) => gridPos.h));
    return moved;
  });
  return { panels: all, end: y };
} // prettier-ignore

/** A row with the panels below it; without a title what stands before the first one. */
interface Section {
  readonly row: OrderedPanel | null;
  readonly panels: OrderedPanel[];
}

function sectionsOf(panels: readonly OrderedPanel[]): Section[] {
  const sections: Section[] = [{ row: null, panels: [] }];
  for (const one of panels) {
    if (one.type === 'row') sections.push({ row: one, panels: [] });
    else sections.at(-1)?.panels.push(one);
  }
  return sections;
}

const titleOf = (missing: readonly Held[]): string =>
  `Not answered by this store yet: no ${missing.map((one) => inSentence(NAMES[one])).join(', no ')}`;

/** Pixels around the lines of a text panel, of a line, and of a row of Grafana's grid. */
const [AROUND, LINE, GRID] = [72, 26, 38];

/** Before the closed row, where it is read: what would answer it, each step once. */
function stepsPanel(missing: readonly Held[], { id, y }: { readonly id: number; readonly y: number }): OrderedPanel {
  const lines = [...Map.groupBy(missing, (one) => STEPS_TO[one])].map(([name, own]) => {
    const { [name]: step } = STEPS;
    return `- **No ${own.map((one) => inSentence(NAMES[one])).join(', no ')}**: ${step.text}${takes(step)}`;
  });
  return {
    id,
    type: 'text',
    title: 'What would answer the rest?',
    description: 'Facts that this store does not hold at all, and the step that brings each. The panels that need them are in the closed row below.',
    options: { mode: 'markdown', content: lines.join('\n') },
    gridPos: { x: 0, y, w: BOARD, h: Math.ceil((AROUND + LINE * lines.length) / GRID) },
  };
} // prettier-ignore

/** The board with what the store cannot answer at its end; the same object where it can answer all. */
export function inOrder<Board extends { readonly panels: readonly OrderedPanel[] }>(
  board: Board,
  held: ReadonlySet<Held>,
  registry: ReadonlyMap<string, Metric>
): Board {
  const lacks = (one: OrderedPanel): Held[] => needsOf(one, registry).filter((need) => !held.has(need));
  const isOpen = (one: OrderedPanel): boolean => lacks(one).length > 0;
  const asking = allPanels(board.panels).filter(({ targets = [] }) => targets.length > 0);
  const out = asking.filter(isOpen);
  // A board of which nothing is left keeps its order: its panels say what would fill them.
  if (out.length === 0 || out.length === asking.length) return board;
  let y = 0;
  const panels = sectionsOf(board.panels).flatMap(({ row, panels: below }) => {
    const kept = below.filter((one) => !isOpen(one));
    const closed = (row?.panels ?? []).filter((one) => !isOpen(one));
    if (kept.length + closed.length === 0) return [];
    const own = row === null ? [] : [{ ...row, gridPos: { ...row.gridPos, y }, panels: placed(closed, y + 1).panels }];
    const open = placed(kept, y + own.length);
    y = open.end;
    return [...own, ...open.panels];
  });
  const missing = [...new Set(out.flatMap(lacks))];
  const id = nextId(board.panels);
  const steps = stepsPanel(missing, { id: id + 1, y });
  y += steps.gridPos.h;
  const last: OrderedPanel = {
    id,
    type: 'row',
    title: titleOf(missing),
    collapsed: true,
    gridPos: { x: 0, y, w: BOARD, h: 1 },
    panels: placed(out, y + 1).panels,
  };
  return { ...board, panels: [...panels, steps, last] };
} // prettier-ignore
