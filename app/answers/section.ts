/** What is printed under one question. */
import type { Answer, Question, Terminal } from '../../plugin/src/backend/terminal.ts';
import type { Row } from '../../plugin/src/metrics/define.ts';

export interface Table {
  readonly head: readonly string[];
  /** Cells as text; a cell that is a number or null stands to the right. */
  readonly rows: ReadonlyArray<readonly string[]>;
  /** Columns whose cells stand to the right. */
  readonly right: readonly number[];
}

/** Something that its reader can do. */
export interface Step {
  /** Whole sentence, without its full stop. */
  readonly text: string;
  /** CSV file that is to be imported; null = there is none. */
  readonly file: string | null;
}

export interface Section {
  /** The metric whose rows answer it. */
  readonly metric: string;
  readonly question: string;
  /** Whole sentences: what the numbers say, or why they say nothing. At least one. */
  readonly findings: readonly string[];
  readonly table: Table | null;
  /** What has to be known to read it right. */
  readonly notes: readonly string[];
  /** What would complete the answer; null = nothing is missing. */
  readonly completes: Step | null;
  /** The question whose rows say more than what is printed. */
  readonly more: Asked;
  /** Rows of the metric at its defaults, for `--json`. */
  readonly answer: Asked;
}

/** A question as it was put, and its rows. */
export interface Asked extends Answer {
  readonly metric: string;
  /** As given: those of the metric's defaults are not among them. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly from: Date;
  readonly to: Date;
}

/** Asks a metric of the repositories and the range at hand. */
export type Ask = (metric: string, params?: Readonly<Record<string, unknown>>) => Promise<Asked>;

export const askOf =
  (terminal: Terminal, scope: Pick<Question, 'from' | 'to'> & { readonly repositories: readonly string[] }): Ask =>
  async (metric, params = {}) => {
    const { from, to, repositories } = scope;
    const question = {
      metric,
      from,
      to,
      params: repositories.length === 0 ? params : { ...params, repo: repositories },
    };
    return { ...question, ...(await terminal.ask(question)) };
  };

export const numberOf = (row: Row | undefined, name: string): number | null => {
  const cell = row?.[name];
  return typeof cell === 'number' ? cell : null;
};
export const textOf = (row: Row | undefined, name: string): string => {
  const cell = row?.[name];
  return typeof cell === 'string' ? cell : '';
};
export const isKnown = (row: Row | undefined): boolean => numberOf(row, 'value') !== null;
