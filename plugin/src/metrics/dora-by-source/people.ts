/** Who is behind the changes of deployments, from pack.deployment_pack; the packing is described at its column people. */
import { bytesOf, keyAt } from '../parts/packs.ts';
import type { Row } from '../define.ts';
import { textOf } from './groups.ts';

const SOURCES = ['', 'ai_assisted', 'ai_heavy', 'human', 'unknown'];
const ENTRY_BYTES = 24;

interface Sums {
  changes: number;
  rated: number;
  confidence: number;
  isAssumed: boolean;
  /** Changes by human who is known. */
  readonly byHuman: Map<number, number>;
}

/** Rows of kind `deployments` with what their packed people say; other rows as they are. */
export function withPackedPeople(rows: readonly Row[]): readonly Row[] {
  const packs = rows.filter((row) => row['kind'] === 'packed_people');
  if (packs.length === 0) {
    return rows;
  }
  const known = new Map(packs.flatMap((row) => [...readPack(textOf(row['cell']), row['text'])]));
  return rows.map((row) => {
    const sums = row['kind'] === 'deployments' ? known.get(textOf(row['cell'])) : undefined;
    return sums === undefined ? row : { ...row, ...cellsOf(sums) };
  });
}

/** Sums by cell: the group of the deployment and the code source. */
function readPack(outerCell: string, packed: unknown): Map<string, Sums> {
  const bytes = bytesOf(packed);
  const bySource = SOURCES.map((): Sums => ({ changes: 0, rated: 0, confidence: 0, isAssumed: false, byHuman: new Map() })); // prettier-ignore
  for (let at = 0; at < bytes.byteLength; at += ENTRY_BYTES) {
    const head = bytes.getInt32(at);
    const sums = bySource[head & 15] as Sums;
    const changes = head >> 5;
    sums.changes += changes;
    sums.isAssumed ||= (head & 16) !== 0;
    sums.rated += bytes.getInt32(at + 4);
    sums.confidence += bytes.getFloat64(at + 8);
    const key = keyAt(bytes, at + 16);
    if (key !== 0) {
      sums.byHuman.set(key, (sums.byHuman.get(key) ?? 0) + changes);
    }
  }
  return new Map(
    bySource.flatMap((sums, place) => (sums.changes === 0 ? [] : [[`${outerCell}\u001f${SOURCES[place] ?? ''}`, sums]]))
  );
}

function cellsOf({ changes, rated, confidence, isAssumed, byHuman }: Sums): Row {
  const most = [...byHuman.values()].reduce((sum, own) => Math.max(sum, own), 0);
  return {
    changes,
    people: byHuman.size,
    last: byHuman.size === 0 ? null : most / changes,
    value: rated === 0 ? null : confidence / rated,
    flag: isAssumed,
  };
}
