/** What happens when a row comes again: SQL expressions over `t` (stored) and `excluded` (new). */
import type { Table } from './catalog.ts';

/** Null from these means "this source does not know", so it never erases what is known. Other columns take null as a fact. */
const keptColumns: Readonly<Record<string, readonly string[] | 'all'>> = {
  account: ['login', 'email', 'display_name', 'person_id', 'method', 'confidence'],
  git_commit: 'all',
  person: 'all',
  revert: ['line_share'],
};

/** Earliest or latest of both, whatever the order of reading. */
const extremes: Readonly<Record<string, string>> = {
  'person.first_seen_at': 'least(t.first_seen_at, excluded.first_seen_at)',
  'heartbeat.last_at': 'greatest(t.last_at, excluded.last_at)',
};

/** A source that knows only the id gives it as the title: never over a name that somebody chose. */
const titles: Readonly<Record<string, string>> = {
  'service.title': 'case when excluded.title = excluded.service_id then t.title else excluded.title end',
  'team.title': 'case when excluded.title = excluded.team_id then t.title else excluded.title end',
};

/** Rows that lose against the stored row as a whole. A source may always correct itself. */
const replaceConditions: Readonly<Record<string, string>> = {
  tool_day: '(excluded.source = t.source or excluded.grade >= t.grade)',
};

/** A change is known by several sources: the higher rank decides, a lower one fills what the higher does not know. */
function changeExpression(column: string): string {
  const filled = column === 'closed_at' ? 't.closed_at' : `coalesce(t.${column}, excluded.${column})`;
  const taken = column === 'closed_at' ? 'excluded.closed_at' : `coalesce(excluded.${column}, t.${column})`;
  return `case when excluded.source_rank < t.source_rank then ${filled} when excluded.source = t.source then excluded.${column} else ${taken} end`;
}

function expression(table: string, column: string): string {
  const special = extremes[`${table}.${column}`] ?? titles[`${table}.${column}`];
  if (special !== undefined) {
    return special;
  }
  if (table === 'change') {
    return changeExpression(column);
  }
  const kept = keptColumns[table];
  return kept === 'all' || kept?.includes(column) ? `coalesce(excluded.${column}, t.${column})` : `excluded.${column}`;
}

/**
 * The `on conflict` clause of a row of `table` that gives `columns`. Columns that the row does not give stay as they are, and a row
 * that would change nothing is not written at all.
 */
export function onConflict(name: string, table: Table, columns: readonly string[]): string {
  const target = `on conflict (${table.key.join(', ')})`;
  const updated = columns.filter((column) => !table.key.includes(column) && column !== 'commit_no');
  if (updated.length === 0) {
    return `${target} do nothing`;
  }
  const expressions = updated.map((column) => expression(name, column));
  const conditions = [
    `row(${updated.map((column) => `t.${column}`).join(', ')}) is distinct from row(${expressions.join(', ')})`,
    ...(replaceConditions[name] === undefined ? [] : [replaceConditions[name]]),
  ];
  return `${target} do update set ${updated.map((column, index) => `${column} = ${expressions[index] ?? ''}`).join(', ')}
    where ${conditions.join(' and ')}`;
}
