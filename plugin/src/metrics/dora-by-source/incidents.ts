import { listOf, numberOf, textOf } from '../parts/groups.ts';
import type { ComputeContext, Row } from '../define.ts';
import { readGroup, type Group } from './groups.ts';

/** Incidents of a group's bucket and service, by how they were linked; nothing where incidents cannot be told apart like that. */
export function incidentLinks(rows: readonly Row[], context: ComputeContext): (group: Group) => Row {
  const withoutChanges: ComputeContext = {
    ...context,
    params: { ...context.params, groupBy: listOf(context, 'groupBy').filter((name) => name === 'service') },
  };
  const linked = rows.filter((row) => typeof row['method'] === 'string');
  const byGroup = Map.groupBy(linked, (row) => keyOf(readGroup(textOf(row['cell']), withoutChanges)));
  return (group) => {
    const found = byGroup.get(keyOf(group));
    return found === undefined ? {} : linksOf(found);
  };
}

const keyOf = ({ time, dimensions }: Group): string =>
  `${String(time?.getTime() ?? '')}/${dimensions['service'] ?? ''}`;

function linksOf(rows: readonly Row[]): Row {
  const counts = rows.map((row) => ({ method: textOf(row['method']), count: numberOf(row['incidents']) }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const unlinked = counts.find(({ method }) => method === 'unlinked')?.count ?? 0;
  const sorted = [...counts].sort((one, two) => two.count - one.count || (one.method < two.method ? -1 : 1));
  return {
    linked_share: total === 0 ? null : (total - unlinked) / total,
    unlinked_incidents: unlinked,
    link_methods: sorted.map(({ method, count }) => `${method} ${count}`).join(', '),
  };
}
