// Boards that ship: well-formed, up to date, and every query known to the metrics.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { allPanels } from '../../../dashboards/src/all-panels.ts';
import { boards } from '../../../dashboards/src/boards.ts';
import { VERDICT_OF_SHARES } from '../../../dashboards/src/looks.ts';
import { board } from '../../../dashboards/src/parts.ts';
import { NOTHING } from './parts/nothing.ts';
import { columnsOf, parseQuery } from './query.ts';
import { metrics } from './registry.generated.ts';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Target {
  readonly refId: string;
  readonly queryType: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly datasource?: { readonly type: string; readonly uid: string };
}
interface Transformation {
  readonly id: string;
  readonly options: {
    readonly include?: { readonly names: string[] };
    readonly indexByName?: Readonly<Record<string, number>>;
    readonly renameByName?: Readonly<Record<string, string>>;
    readonly filters?: ReadonlyArray<{ readonly fieldName: string }>;
    readonly columnField?: string;
    readonly rowField?: string;
    readonly valueField?: string;
  };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly collapsed?: boolean;
  readonly panels?: readonly Panel[];
  readonly pluginVersion?: string;
  readonly description?: string;
  readonly gridPos: Place;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly Target[];
  readonly transformations?: readonly Transformation[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fieldConfig?: { readonly overrides: ReadonlyArray<{ readonly matcher: { readonly options: string } }> };
}
interface Board {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
  readonly annotations?: { readonly list: ReadonlyArray<{ name: string; target: Target }> };
  readonly templating: { readonly list: ReadonlyArray<{ name: string; type?: string; hide?: number }> };
}

const folder = path.join(import.meta.dirname, '..', '..', '..', 'dashboards');
const registry = new Map(metrics.map((metric) => [metric.id, metric]));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const DATA_SOURCE = { type: 'throughline-delivery-datasource', uid: '${ds}' };
/** In the order of all boards. */
const VARIABLES = ['ds', 'team', 'repo', 'service', 'pr_class', 'code_source', 'tool'];

test('there is one file for each board, and each is what the code builds (npm run dashboards)', () => {
  expect(boards.map(({ uid }) => `${uid.replace(/^throughline-/, '')}.json`).sort()).toEqual([...files].sort());
  for (const spec of boards) {
    const text = read(`${spec.uid.replace(/^throughline-/, '')}.json`);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(board(spec))));
  }
});

test('every question that a metric names is answered on a board that there is', () => {
  const uids = boards.map(({ uid }) => uid);
  const questions = metrics.flatMap(({ questions: asked = [] }) => asked);
  expect(questions.filter(({ board: uid }) => !uids.includes(uid))).toEqual([]);
  expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
});

test('Start here is the first board of the folder, and links to each of the others', () => {
  const [first, ...others] = boards.toSorted((one, other) => (one.title < other.title ? -1 : 1));
  expect(first?.uid).toBe('throughline-start-here');
  const text = read('start-here.json');
  expect(others.filter(({ uid }) => !text.includes(`(./d/${uid}?`))).toEqual([]);
});

test('no board shares its uid with another', () => {
  expect(new Set(boards.map(({ uid }) => uid)).size).toBe(files.length);
});

describe.each(files)('%s', (file) => {
  const text = read(file);
  const built = JSON.parse(text) as Board;
  const panels = allPanels(built.panels);
  const closed = built.panels.flatMap((one) =>
    one.type === 'row' && one.collapsed === true ? (one.panels ?? []) : []
  );
  const queries = panels.flatMap(({ targets }) => targets ?? []);
  const asked = panels.filter((one) => !closed.includes(one)).flatMap(({ targets }) => targets ?? []);
  const events = built.annotations?.list ?? [];

  it('says in sight what a filter is set to that stands in the menu', () => {
    const inMenu = built.templating.list.filter(({ type, hide }) => type === 'query' && hide === 3);
    for (const { name } of inMenu) {
      expect(panels.map(({ title }) => title).join(' ')).toContain(`\${${name}:text}`);
    }
  });

  it('says what it is for, and each panel asks a question and explains its answer', () => {
    expect(built.description.length).toBeGreaterThan(20);
    for (const { title, description } of panels) {
      expect(title).toMatch(/\?$/);
      expect((description ?? '').length).toBeGreaterThan(40);
    }
  });

  it('has unique panel ids and panels that do not overlap', () => {
    const all = [...built.panels, ...closed];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    // A closed row takes no room: its panels lie over what comes next until it is opened.
    for (const beside of [built.panels, ...built.panels.map((one) => one.panels ?? [])]) {
      for (const [index, one] of beside.entries()) {
        expect(one.gridPos.x + one.gridPos.w).toBeLessThanOrEqual(24);
        for (const other of beside.slice(index + 1)) {
          expect({ one: one.title, other: other.title, overlap: overlaps(one.gridPos, other.gridPos) }).toMatchObject({ overlap: false }); // prettier-ignore
        }
      }
    }
  });

  it('asks the chosen data source at most 20 queries that the metrics know before a row is opened, without SQL', () => {
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length + events.length).toBeLessThanOrEqual(20);
    expect(queries.length).toBeLessThanOrEqual(24);
    expect(text).not.toMatch(/\bselect\b[^"]*\bfrom\b|rawSql/i);
    for (const panel of panels) {
      expect(panel.datasource).toEqual(panel.type === 'text' ? undefined : DATA_SOURCE);
      expect(panel.targets?.length ?? 0).toBe(panel.type === 'text' ? 0 : 1);
      expect(new Set((panel.targets ?? []).map(({ refId }) => refId)).size).toBe(panel.targets?.length ?? 0);
      for (const target of panel.targets ?? []) {
        expect(target.datasource).toEqual(DATA_SOURCE);
        expect(() => parseQuery(withoutVariables(target), registry)).not.toThrow();
      }
    }
    for (const { target } of events) {
      expect(() => parseQuery(withoutVariables(target), registry)).not.toThrow();
    }
  });

  it('shows only columns that the metric gives for these params', () => {
    for (const panel of panels.filter(({ type }) => type === 'table' || type === 'stat')) {
      const names = panel.transformations?.find(({ id }) => id === 'filterFieldsByName')?.options.include?.names ?? [];
      const [target] = panel.targets ?? [];
      const parsed = parseQuery(withoutVariables(target as Target), registry);
      const labels = columnsOf(parsed.metric, parsed.params).map(({ label }) => label);
      expect({ panel: panel.title, unknown: names.filter((name) => name !== NOTHING && !labels.includes(name)) }).toEqual({ panel: panel.title, unknown: [] }); // prettier-ignore
    }
  });

  it('chooses rows and columns by names that the answer still has at that step', () => {
    for (const { title, targets: [target] = [], transformations = [] } of panels) {
      if (target === undefined) continue;
      const parsed = parseQuery(withoutVariables(target), registry);
      const given = columnsOf(parsed.metric, parsed.params).map(({ label }) => label);
      expect({ title, lost: lostNames(given, transformations) }).toEqual({ title, lost: [] });
    }
  });

  it('says of an XY chart which version it is of: else Grafana migrates it to its first line alone', () => {
    for (const { type, pluginVersion } of panels) {
      if (type === 'xychart') expect(Number.parseFloat(pluginVersion ?? '')).toBeGreaterThanOrEqual(11.1);
    }
  });

  it('marks events where there are lines over time', () => {
    expect(events.length > 0).toBe(panels.some(({ type }) => type === 'timeseries'));
  });

  it('draws intervals of columns that the metric gives for these params', () => {
    for (const { options = {}, targets = [], title, fieldConfig } of panels.filter(({ type }) => type === 'throughline-interval-panel')) {
      const parsed = parseQuery(withoutVariables(targets[0] as Target), registry);
      const columns = columnsOf(parsed.metric, parsed.params);
      const given = columns.flatMap(({ name, label }) => [name, label]);
      const named = [...['value', 'lower', 'upper', 'group', 'n'].map((part) => options[part]), ...((options['beside'] as string[] | undefined) ?? [])].filter((name) => name !== undefined);
      // A click on a team or a source leads on, where the answer has it.
      const drilled = ['Team', 'Code source'];
      const heads = (fieldConfig?.overrides ?? []).map(({ matcher }) => matcher.options).filter((name) => !drilled.includes(name));
      expect({ title, unknown: named.filter((name) => !given.includes(name as string)) }).toEqual({ title, unknown: [] });
      expect({ title, unknown: heads.filter((name) => !given.includes(name)) }).toEqual({ title, unknown: [] });
      expect({ title, roles: columns.map(({ role }) => role) }).toEqual({ title, roles: expect.arrayContaining(['value', 'lower', 'upper']) });
    }
  }); // prettier-ignore

  it('says of shares of failures when they have a verdict, as the metric gives it', () => {
    for (const { description, targets = [], title, type } of panels) {
      const { queryType, params } = targets[0] ?? { queryType: null, params: {} };
      const isJudged = type === 'throughline-interval-panel' && queryType === 'dora-by-source' && params['mode'] === 'share';
      if (isJudged) expect({ title, description }).toEqual({ title, description: expect.stringContaining(VERDICT_OF_SHARES) });
    }
  }); // prettier-ignore

  it('has the variables that its panels use, in the order of all boards, and no other', () => {
    const named = JSON.stringify(panels.map(({ targets }) => targets));
    expect(built.templating.list.map(({ name }) => name)).toEqual(
      VARIABLES.filter((name) => name === 'ds' || named.includes(`"$${name}"`))
    );
    const used = [...text.matchAll(/\$\{?([a-z]\w*)/g)].map((match) => match[1] ?? '');
    expect(used.filter((name) => !built.templating.list.some((one) => one.name === name))).toEqual([]);
  });
});

test('a name that a step before dropped or renamed is found', () => {
  const keep = { id: 'filterFieldsByName', options: { include: { names: ['Team', 'Value', NOTHING] } } };
  const rename = { id: 'organize', options: { indexByName: { Team: 0 }, renameByName: { Value: 'Now' } } };
  const rows = (fieldName: string) => ({ id: 'filterByValue', options: { filters: [{ fieldName }] } });
  const given = ['Team', 'Stage', 'Value'];
  expect(lostNames(given, [rows('Stage'), keep, rename, rows('Now')])).toEqual([]);
  expect(lostNames(given, [keep, rows('Stage'), rename, rows('Value')])).toEqual(['Stage', 'Value']);
});

/** Names that a step asks for and that the steps before it have dropped or renamed. */
function lostNames(given: readonly string[], steps: readonly Transformation[]): string[] {
  let names: readonly string[] = [...given, NOTHING];
  return steps.flatMap(({ id, options }) => {
    const { include, indexByName = {}, renameByName = {}, filters = [], columnField, rowField, valueField } = options;
    const asked = [
      ...(include?.names ?? []),
      ...Object.keys(indexByName),
      ...Object.keys(renameByName),
      ...filters.map(({ fieldName }) => fieldName),
      ...[columnField, rowField, valueField].filter((name) => name !== undefined),
    ];
    const lost = asked.filter((name) => !names.includes(name));
    if (include !== undefined) names = names.filter((name) => include.names.includes(name));
    names = names.map((name) => renameByName[name] ?? name);
    expect(['filterFieldsByName', 'organize', 'filterByValue', 'groupingToMatrix']).toContain(id);
    return lost;
  });
}

function overlaps(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** As the data source sends it with every variable on All. */
function withoutVariables({ params, ...rest }: Target): object {
  const isVariable = (value: unknown) => Array.isArray(value) && value.some((text) => String(text).startsWith('$'));
  return { ...rest, params: Object.fromEntries(Object.entries(params).filter(([, value]) => !isVariable(value))) };
}
