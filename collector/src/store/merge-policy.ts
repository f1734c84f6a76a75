/** What happens when a row comes again: SQL expressions over `t` (stored) and `excluded` (new). */
import type { FactTable, MergeRule } from './tables.ts';

const isEarlier = `excluded.state_order < t.state_order collate "C"`;

function byRank(column: string, nullIsKnown: boolean): string {
  const filled = nullIsKnown ? `t.${column}` : `coalesce(t.${column}, excluded.${column})`;
  const taken = nullIsKnown ? `excluded.${column}` : `coalesce(excluded.${column}, t.${column})`;
  return `case when excluded.source_rank < t.source_rank then ${filled}
    when excluded.source = t.source and ${isEarlier} then t.${column} when excluded.source = t.source then excluded.${column} else ${taken} end`;
}

const rules: Readonly<Record<MergeRule, (column: string, id: string) => string>> = {
  known: (column) => `coalesce(excluded.${column}, t.${column})`,
  first: (column) => `t.${column}`,
  earliest: (column) => `least(t.${column}, excluded.${column})`,
  latest: (column) => `greatest(t.${column}, excluded.${column})`,
  requested: (column) =>
    `coalesce(least(t.request_number, excluded.request_number)::text, excluded.${column}, t.${column})`,
  either: (column) =>
    `case when t.${column} is null or excluded.${column} is null then null
      else array(select distinct one from unnest(t.${column} || excluded.${column}) as one order by 1) end`,
  begun: (column) =>
    `case when excluded.state_order like 'part/%' then least(t.${column}, excluded.${column})
      when ${isEarlier} then t.${column} else excluded.${column} end`,
  named: (column, id) => `case when excluded.${column} = excluded.${id} then t.${column} else excluded.${column} end`,
};

/** A row that is trusted less changes nothing, one that is trusted more takes nothing over; of two that are trusted least the first stays. */
const byTrust = (column: string, merged: string): string =>
  `case when excluded.trust > t.trust then excluded.${column} when excluded.trust < t.trust or t.trust = 0 then t.${column} else ${merged} end`;

function expression({ key, merge, bySourceRank, fillsIf, isOrdered }: FactTable, column: string): string {
  if (bySourceRank) {
    return byRank(column, bySourceRank.nullIsKnown.includes(column));
  }
  const rule = merge?.[column] ?? merge?.['*'];
  if (isOrdered) {
    const merged = rule === undefined ? `t.${column}` : rules[rule](column, key[0] ?? '');
    const condition = rule === undefined ? isEarlier : 'excluded.state_order is not null';
    // Without an order what comes last counts, for columns with a rule too.
    return `case when ${condition} then ${merged} else excluded.${column} end`;
  }
  const merged = rule === undefined ? `excluded.${column}` : rules[rule](column, key[0] ?? '');
  return fillsIf === undefined || rule !== 'known'
    ? merged
    : `case when ${fillsIf} then coalesce(t.${column}, excluded.${column}) else ${merged} end`;
}

/**
 * The `on conflict` clause of a row of `table` that gives `columns`. Columns that the row does not give stay as they are, and a row
 * that would change nothing is not written at all.
 */
export function onConflict(table: FactTable, columns: readonly string[]): string {
  const target = `on conflict (${table.key.join(', ')})`;
  const decided = table.isByTrust ?? [];
  const updated = [...new Set([...columns, ...decided])].filter(
    (column) => !table.key.includes(column) && column !== table.numbered
  );
  if (updated.length === 0 || columns.every((column) => table.key.includes(column))) {
    return `${target} do nothing`;
  }
  const expressions = updated.map((column) => {
    const merged = columns.includes(column) ? expression(table, column) : `t.${column}`;
    return decided.includes(column) ? byTrust(column, merged) : merged;
  });
  return `${target} do update set ${updated.map((column, index) => `${column} = ${expressions[index] ?? ''}`).join(', ')}
    where row(${updated.map((column) => `t.${column}`).join(', ')}) is distinct from row(${expressions.join(', ')})`;
}
