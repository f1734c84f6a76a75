/** Turns `:name` parameters of a query file into `$1 …`. A real tokenizer: strings, identifiers, comments and casts stay as they are. */

/** SQL with numbered parameters and the name that belongs to each number. */
export interface BoundSql {
  readonly text: string;
  /** names[0] is $1. */
  readonly names: readonly string[];
}

/** Quoted or commented stretches, casts, dollar quotes, then the named parameter itself. Order matters. */
const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`[eE]'(?:[^'\\]|\\[\s\S]|'')*'`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`"(?:[^"]|"")*"`,
    String.raw`\$(?<tag>[A-Za-z_]*)\$[\s\S]*?\$\k<tag>\$`,
    String.raw`::`,
    String.raw`:=`,
    String.raw`:(?<name>[A-Za-z_][A-Za-z0-9_]*)`,
    String.raw`[A-Za-z_][A-Za-z0-9_$]*`,
  ].join('|'),
  'y'
);

/** Query files and what they are put together from are few; every question of a panel and of the gate binds one of them. */
const MOST_TEXTS = 500;
const bound = new Map<string, BoundSql>();

/** Binds named parameters; the same name gets the same number. */
export function bindNames(sql: string): BoundSql {
  const known = bound.get(sql);
  if (known !== undefined) return known;
  if (bound.size >= MOST_TEXTS) bound.clear();
  const found = bindText(sql);
  bound.set(sql, found);
  return found;
}

function bindText(sql: string): BoundSql {
  const names: string[] = [];
  let text = '';
  let at = 0;
  while (at < sql.length) {
    const end = sql.startsWith('/*', at) ? endOfBlockComment(sql, at) : at;
    if (end > at) {
      text += sql.slice(at, end);
      at = end;
      continue;
    }
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(sql);
    if (token === null) {
      text += sql[at];
      at += 1;
      continue;
    }
    const name = token.groups?.['name'];
    text += name === undefined ? token[0] : `$${numberOf(names, name)}`;
    at += token[0].length;
  }
  return { text, names };
}

/** Postgres nests block comments. */
function endOfBlockComment(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length;) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
      if (depth === 0) {
        return at;
      }
    } else {
      at += 1;
    }
  }
  return sql.length;
}

function numberOf(names: string[], name: string): number {
  const known = names.indexOf(name);
  return known >= 0 ? known + 1 : names.push(name);
}
