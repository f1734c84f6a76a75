// A board as a store can fill it.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inOrder, type Held, type OrderedPanel } from '../../dashboards/src/board-order.ts';
import { allPanels } from '../../dashboards/src/all-panels.ts';
import { metrics } from './metrics/registry.generated.ts';

interface Board {
  readonly title: string;
  readonly panels: OrderedPanel[];
}

const folder = path.join(__dirname, '../../dashboards');
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const read = (file: string): Board => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Board;
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

const ALL: readonly Held[] = [
  'changes',
  'lines',
  'code_source',
  'reviews',
  'deployments',
  'incidents',
  'usage',
  'teams',
  'builds',
  'sprints',
  'failures',
  'seats',
  'phases',
];
const without = (...missing: Held[]) => new Set(ALL.filter((one) => !missing.includes(one)));
/** What git alone tells of: marks are some use. */
const OF_GIT = without('reviews', 'incidents', 'failures', 'seats', 'teams', 'builds', 'sprints', 'phases');

const titles = (panels: readonly OrderedPanel[]) => panels.map(({ title }) => title);
const closedAtEnd = (board: Board) => board.panels.at(-1)!;

test.each(files)('%s stays as it is where the store holds everything', (file) => {
  const board = read(file);
  expect(inOrder(board, without(), registry)).toBe(board);
});

test('what git alone does not tell is in one closed row at the end, which says what is missing; the rest moves up', () => {
  const overview = inOrder(read('delivery-and-ai.json'), OF_GIT, registry);
  const last = closedAtEnd(overview);
  expect(last).toMatchObject({ type: 'row', collapsed: true });
  expect(last.title).toBe('Not answered by this store yet: no failures in production, no reviews');
  expect(titles(last.panels ?? [])).toEqual(['Does AI code fail more often?', 'Waiting for review?', 'Where does the time go?', 'Mean wait for a look?']);
  // The steps that would bring it are in sight, above what is closed.
  const steps = overview.panels.at(-2)!;
  expect(steps).toMatchObject({ type: 'text', title: 'What would answer the rest?' });
  expect(steps.options?.content).toBe(
    '- **No failures in production**: send incidents: POST /ingest/incident, or label issues "incident" (about 5 min)\n- **No reviews**: read pull requests from a forge: npm start -- --github NAME (about 5 min)'
  );
  // The title over what moved is gone with it.
  expect(titles(overview.panels)).not.toContain('Reviews (they need a forge)');
  expect(titles(overview.panels).slice(0, 5)).toEqual(['Shown: class ${pr_class:text}, code source ${code_source:text}. Is the data complete?', 'Of the range chosen above; alert rules look at a range of their own, which their summary names', 'Code left after 90 days?', 'Marked AI?', 'Unknown source?']);
}); // prettier-ignore

test.each(files.flatMap((file) => [without('reviews'), without('usage'), without('deployments', 'failures'), OF_GIT].map((held) => [file, held] as const)))('%s loses no panel and no id, and none lies over another', (file, held) => {
  const before = read(file);
  const after = inOrder(before, held, registry);
  const ids = (board: Board) => allPanels(board.panels).map(({ id }) => id).sort((one, other) => one - other);
  const added = after.panels.filter(({ title }) => title === 'What would answer the rest?').map(({ id }) => id);
  expect(ids(after).filter((id) => !added.includes(id))).toEqual(ids(before));
  expect(new Set(ids(after)).size).toBe(ids(after).length);
  for (const beside of [after.panels, ...after.panels.map(({ panels = [] }) => panels)]) {
    for (const [index, { gridPos: one }] of beside.entries()) {
      expect(one.x + one.w).toBeLessThanOrEqual(24);
      for (const { gridPos: other } of beside.slice(index + 1)) {
        const isOver = one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
        expect(isOver).toBe(false);
      }
    }
  }
}); // prettier-ignore

test('phases that nobody named take no room: the step that brings them is told', () => {
  const flow = inOrder(read('flow.json'), without('phases'), registry);
  const last = closedAtEnd(flow);
  expect(last.title).toBe('Not answered by this store yet: no phases');
  expect(titles(last.panels ?? [])).toEqual(['The phases, stage by stage: what got faster?', 'What held work up in each phase, and where did the time move?']);
  expect(flow.panels.at(-2)?.options?.content).toContain('phases in throughline.yaml');
}); // prettier-ignore

test('a closed row of which nothing is left is gone too', () => {
  const dora = inOrder(read('dora-by-source.json'), OF_GIT, registry);
  expect(titles(dora.panels.filter(({ type }) => type === 'row'))).toEqual([
    'Throughput: how often, and how long until production (0 is a true 0; a gap is hidden, or too few)',
    'Waiting for production',
    'Not answered by this store yet: no failures in production, no incidents',
  ]);
});

test('a board of which nothing would be left keeps its order: its panels say what would fill them', () => {
  const board = read('the-cell.json');
  const asks = board.panels.filter(({ targets = [] }) => targets.length > 0);
  const lonely = { ...board, panels: asks.filter(({ targets = [] }) => targets[0]?.queryType === 'cycle-time-by-usage') };
  expect(inOrder(lonely, without('usage'), registry)).toBe(lonely);
}); // prettier-ignore
