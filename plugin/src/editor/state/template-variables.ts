/** Template variables → lists of values. Lists never travel as text with separators: a value may hold a comma. */
import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import type { Dimension } from '../../metrics/define.ts';
import { readVariableQuery } from './variable-query.ts';

/** The part of Grafana's service that is needed here. */
export type Templates = Pick<TemplateSrv, 'replace' | 'getVariables'>;

/** `$name`, `${name}`, `${name.field}`, `${name:format}` and `[[name]]`, as Grafana finds them. */
const VARIABLE = /\$(\w+)|\$\{(\w+)(?:\.([^:^}]+))?(?::[^}]+)?\}|\[\[(\w+?)(?::\w+)?\]\]/g;

/** One more than the backend takes, so that it can say what is wrong. */
const MAX_VALUES = 1001;
const MAX_DEPTH = 5;

/** What matches nothing: an empty list would mean "all". */
const NO_VALUE = '';

/** "All" as a variable's own text for it (`allValue`): no filter, whatever the variable offers just now. */
const ALL = '$__all';

/** Types of variables that stand for no value of a dimension. */
const NO_VALUES_TYPES: readonly string[] = ['adhoc', 'groupby', 'datasource', 'interval', 'snapshot', 'system'];

/** Whether a stored value names a template variable somewhere. */
export function holdsVariable(value: unknown): boolean {
  return Array.isArray(value) ? value.some(holdsVariable) : typeof value === 'string' && value.search(VARIABLE) >= 0;
}

/** A variable of the dashboard that can stand for values. */
export interface VariableReference {
  /** `$team`. */
  readonly text: string;
  /** The dimension whose values it offers; undefined = it may hold anything. */
  readonly dimension: Dimension | undefined;
}

/** References to the dashboard's variables, for the pickers. */
export function variableReferences(templates: Templates): VariableReference[] {
  return templates
    .getVariables()
    .filter((variable) => !NO_VALUES_TYPES.includes(variable.type))
    .map((variable) => {
      const dimension = variable.type === 'query' ? readVariableQuery(variable.query).dimension : undefined;
      return { text: `$${variable.name}`, dimension };
    });
}

interface Found {
  readonly values: readonly string[];
  /** The variable says "All" and offers every value of its dimension. */
  readonly isEverything: boolean;
}

/** Fills in the variables of stored texts, with the values that one query sees. */
export class VariableResolver {
  private readonly templates: Templates;
  private readonly scopedVars: ScopedVars;

  constructor(templates: Templates, scopedVars: ScopedVars = {}) {
    this.templates = templates;
    this.scopedVars = scopedVars;
  }

  /** Every value that the texts stand for, without repeats; empty = all. A variable that nobody knows stays as it is. */
  list(texts: readonly string[], depth = 0): string[] {
    const values = new Set<string>();
    for (const text of texts) {
      const [match] = text.matchAll(VARIABLE);
      const only = match?.[0] === text ? this.find(match, depth) : undefined;
      if (only?.isEverything === true) {
        return [];
      }
      (only?.values ?? this.expand(text, depth)).forEach((value) => values.add(value));
    }
    return [...values];
  }

  /** The text once for each combination of its variables' values. */
  private expand(text: string, depth: number): string[] {
    let results = [''];
    let end = 0;
    for (const match of text.matchAll(VARIABLE)) {
      const before = text.slice(end, match.index);
      const { values } = this.find(match, depth);
      results = results.flatMap((result) => values.map((value) => result + before + value)).slice(0, MAX_VALUES);
      end = match.index + match[0].length;
    }
    return results.map((result) => result + text.slice(end));
  }

  private find(match: RegExpMatchArray, depth: number): Found {
    const [reference, plain, braced, field, squared] = match;
    const name = plain ?? braced ?? squared ?? '';
    const captured: string[][] = [];
    // A format written into the reference would make one text of many values: it is left out.
    const bare = field === undefined ? `\${${name}}` : `\${${name}.${field}}`;
    const replaced = this.templates.replace(bare, this.scopedVars, (value: unknown) => {
      captured.push((Array.isArray(value) ? value : [value]).map(String));
      return '';
    });
    const values = captured[0];
    if (replaced === ALL) return { values: [], isEverything: true };
    if (values === undefined) {
      // Nobody knows it, or it says "All" with a text of its own.
      return { values: [replaced === bare ? reference : replaced], isEverything: false };
    }
    if (this.isAll(name)) {
      return { values: values.length === 0 ? [NO_VALUE] : values, isEverything: this.offersEverything(name, depth) };
    }
    // An empty text box is a filter left blank.
    return { values, isEverything: values.every((value) => value === '') };
  }

  /** "All" as the URL writes it: the only form that tells it from a list of values, also in repeated panels. */
  private isAll(name: string): boolean {
    const url = new URLSearchParams(this.templates.replace(`\${${name}:queryparam}`, this.scopedVars));
    return url.getAll(`var-${name}`).includes('$__all');
  }

  /** "All" means the variable's options: only where these are every value of a dimension can the filter be dropped. */
  private offersEverything(name: string, depth: number): boolean {
    const model: unknown = this.templates.getVariables().find((variable) => variable.name === name);
    const { type, query, regex } = (model ?? {}) as { type?: string; query?: unknown; regex?: unknown };
    const stored = type === 'query' ? readVariableQuery(query) : undefined;
    if (stored?.dimension === undefined || (typeof regex === 'string' && regex !== '') || depth >= MAX_DEPTH) {
      return false;
    }
    return Object.values(stored.filters ?? {}).every((texts) => this.list(texts, depth + 1).length === 0);
  }
}
