import type { ComputeContext, Row } from '../define.ts';
import { byCell } from './figure.ts';
import { listOf, numberOf, readGroup, textOf, type Group } from './groups.ts';

/** Incidents of a group's bucket and service, by how they were linked; nothing where incidents cannot be told apart like that. */
export function incidentLinks(rows: readonly Row[], context: ComputeContext): (group: Group) => Row {
  const known = new Map<string, Row>();
  const withoutChanges: ComputeContext = {
    ...context,
    params: { ...context.params, groupBy: listOf(context, 'groupBy').filter((name) => name === 'service') },
  };
  for (const [cell, list] of byCell(rows, 'incidents')) {
    const group = readGroup(cell, withoutChanges);
    known.set(keyOf(group), linksOf(list));
  }
  return (group) => known.get(keyOf(group)) ?? {};
}

const keyOf = ({ time, dimensions }: Group): string =>
  `${String(time?.getTime() ?? '')}/${dimensions['service'] ?? ''}`;

function linksOf(rows: readonly Row[]): Row {
  const counts = rows.map((row) => ({ method: textOf(row['text']), count: numberOf(row['n']) }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const unlinked = counts.find(({ method }) => method === 'unlinked')?.count ?? 0;
  const sorted = [...counts].sort((one, two) => two.count - one.count || (one.method < two.method ? -1 : 1));
  return {
    linked_share: total === 0 ? null : (total - unlinked) / total,
    unlinked_incidents: unlinked,
    link_methods: sorted.map(({ method, count }) => `${method} ${count}`).join(', '),
  };
}
