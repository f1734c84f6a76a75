/** Sets of request numbers as short text: differences of the sorted numbers, seven bits a byte. */

/** Packs numbers that `unpackNumbers` gives back. */
export function packNumbers(numbers: ReadonlySet<number>): string {
  const bytes: number[] = [];
  let before = 0;
  for (const number of [...numbers].sort((a, b) => a - b)) {
    let rest = number - before;
    before = number;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Buffer.from(bytes).toString('base64url');
}

/** The set that was packed. */
export function unpackNumbers(packed: string): Set<number> {
  const numbers = new Set<number>();
  let before = 0;
  let value = 0;
  let factor = 1;
  for (const byte of Buffer.from(packed, 'base64url')) {
    value += (byte % 128) * factor;
    factor *= 128;
    if (byte < 128) {
      before += value;
      numbers.add(before);
      value = 0;
      factor = 1;
    }
  }
  return numbers;
}
