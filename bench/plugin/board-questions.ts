/** What a browser asks when somebody opens a board: its panels, the annotations that are switched on and the values of its variables. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Chosen values by variable; what is absent is on All. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

/** One query of a board. */
export interface BoardQuery {
  readonly refId: string;
  readonly json: object;
}

/** Values of one variable. */
export interface BoardVariable {
  readonly path: string;
  readonly filters: string;
}

export interface BoardQuestions {
  readonly queries: readonly BoardQuery[];
  readonly variables: readonly BoardVariable[];
}

interface Target {
  readonly refId: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Board {
  readonly panels: ReadonlyArray<{ readonly targets?: readonly Target[] }>;
  readonly annotations: { readonly list: ReadonlyArray<{ readonly enable?: boolean; readonly target: Target }> };
  readonly templating: {
    readonly list: ReadonlyArray<{ readonly query?: { readonly dimension?: string; readonly filters?: object } }>;
  };
}

const folder = path.join(import.meta.dirname, '..', '..', 'dashboards');

/** Of a shipped board, by the name of its file. */
export function boardQuestions(board: string, chosen: Chosen = {}): BoardQuestions {
  const { panels, annotations, templating } = JSON.parse(
    readFileSync(path.join(folder, `${board}.json`), 'utf8')
  ) as Board;
  const events = annotations.list.filter(({ enable }) => enable === true).map(({ target }) => target);
  const targets = [...panels.flatMap((panel) => panel.targets ?? []), ...events];
  return {
    queries: targets.map((target) => ({
      refId: target.refId,
      json: { ...target, params: filled(target.params, chosen) },
    })),
    variables: templating.list.flatMap(({ query }) =>
      query?.dimension === undefined
        ? []
        : [{ path: `dimensions/${query.dimension}`, filters: JSON.stringify(filled(query.filters ?? {}, chosen)) }]
    ),
  };
}

/** `["$team"]` becomes the chosen teams, as the data source fills it in. */
function filled(params: object, chosen: Chosen): object {
  const valuesOf = (value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('$') ? (chosen[value.slice(1)] ?? []) : value;
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value.flatMap(valuesOf) : value])
  );
}
