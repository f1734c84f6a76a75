/** Who is behind the changes of deployments, from pack.deployment_pack. */
import { deploymentPeople, type DeploymentPeople } from '../parts/packs.ts';
import type { Row } from '../define.ts';
import { textOf } from './groups.ts';

/** Rows of kind `deployments` with what their packed people say; other rows as they are. */
export function withPackedPeople(rows: readonly Row[]): readonly Row[] {
  const packs = rows.filter((row) => row['kind'] === 'packed_people');
  if (packs.length === 0) {
    return rows;
  }
  const known = new Map(
    packs.flatMap((row) =>
      [...deploymentPeople(row['text'])].map(([source, sums]) => [`${textOf(row['cell'])}\u001f${source}`, sums])
    )
  );
  return rows.map((row) => {
    const sums = row['kind'] === 'deployments' ? known.get(textOf(row['cell'])) : undefined;
    return sums === undefined ? row : { ...row, ...cellsOf(sums) };
  });
}

function cellsOf({ changes, rated, confidence, isAssumed, byHuman }: DeploymentPeople): Row {
  const most = [...byHuman.values()].reduce((sum, own) => Math.max(sum, own), 0);
  return {
    changes,
    people: byHuman.size,
    last: byHuman.size === 0 ? null : most / changes,
    value: rated === 0 ? null : confidence / rated,
    flag: isAssumed,
  };
}
