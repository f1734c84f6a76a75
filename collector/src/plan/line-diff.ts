/** What changes between two texts, line by line. Pure. */

/** A line as it stays, comes or goes; `at` is its index in the text before (of a new one: where it comes in). */
export interface Edit {
  readonly kind: 'same' | 'added' | 'removed';
  readonly line: string;
  readonly at: number;
}

/** Longest common subsequence of the middles: what both begin and end with is the same. */
export function lineEdits(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const down = lengths[(i + 1) * width + j] ?? 0;
      const right = lengths[i * width + j + 1] ?? 0;
      lengths[i * width + j] = a[i] === b[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(down, right);
    }
  }
  const same = (line: string, at: number): Edit => ({ kind: 'same', line, at });
  const edits = before.slice(0, head).map(same);
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push(same(a[i] ?? '', head + i));
      i += 1;
      j += 1;
    } else if (i < a.length && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) {
      edits.push({ kind: 'removed', line: a[i] ?? '', at: head + i });
      i += 1;
    } else if (j < b.length) {
      edits.push({ kind: 'added', line: b[j] ?? '', at: head + i });
      j += 1;
    } else {
      edits.push({ kind: 'removed', line: a[i] ?? '', at: head + i });
      i += 1;
    }
  }
  for (let at = before.length - tail; at < before.length; at += 1) edits.push(same(before[at] ?? '', at));
  return edits;
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;
const CONTEXT = 2;

/** Lines that change with two around them; `…` stands for what is left out. */
export function drawDiff(before: string, after: string): string[] {
  const edits = lineEdits(linesOf(before), linesOf(after));
  const near = edits.map((_edit, at) =>
    edits.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== 'same')
  );
  return edits.flatMap(({ kind, line }, at) =>
    near[at] ? [`${SIGNS[kind]} ${line}`] : near[at - 1] || (at === 0 && near.some(Boolean)) ? ['  …'] : []
  );
}

/** Lines of a text; the last line end ends no line of its own. */
const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/));
