import fc from 'fast-check';
import { LifetimeError } from '../../git/errors.ts';
import { decodeState, encodeState, type StateContext } from './file-state.ts';
import type { Commit, History } from '../read/history.ts';
import { displayPath, rawPath } from '../../git/paths.ts';
import { newTables } from './spans.ts';
import { NO_LINES, type Lines } from './versions.ts';

const commits = Array.from({ length: 5 }, (_, at): Commit => ({
  sha: `${at}`.repeat(40),
  parents: [],
  time: at,
  reverts: [],
  seq: at,
}));
const history: History = { commits, indexOf: new Map(commits.map(({ sha }, at) => [sha, at])), mainline: [] };

function context(): StateContext {
  return { tables: newTables(history), stale: new WeakMap(), decoded: new Map() };
}

const span = fc.record({
  commit: fc.nat(4),
  born: fc.nat(4),
  source: fc.constantFrom(null, 'human', 'ai:outil-é'),
  path: fc.constantFrom('a', 'b/c', 'latin\u00e9'),
});

/** What the lines of a context mean. */
function meaning(lines: Lines, { tables }: StateContext): unknown[] {
  return Array.from(lines, (value) => {
    const origin = tables.spanOrigin[value >> 1] as number;
    return [
      tables.originCommit[origin],
      tables.originSource[origin],
      tables.spanPath[value >> 1],
      tables.spanBorn[value >> 1],
      value & 1,
    ];
  });
}

describe('a stored file state', () => {
  it('gives back the lines it was made of', () => {
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 300 })), { maxLength: 20 }),
        (spans, runs) => {
          const before = context();
          const numbers = spans.map((each) =>
            before.tables.newSpan(before.tables.originOf(each.commit, each.source), each.path, each.born)
          );
          const lines = Int32Array.from(
            runs.flatMap(([pick, count]) =>
              Array<number>(count).fill((numbers[pick % numbers.length] as number) * 2 + (pick % 2))
            )
          );
          const after = context();
          expect(meaning(decodeState(encodeState(lines, before), after), after)).toEqual(meaning(lines, before));
        }
      ),
      { numRuns: 200 }
    );
  });

  it('remembers that there are no lines to follow, and lines that stand for an unreadable content', () => {
    const before = context();
    const after = context();
    expect(decodeState(encodeState(NO_LINES, before), after)).toBe(NO_LINES);
    for (const known of [null, 'ab'.repeat(20)]) {
      const lines = Int32Array.of();
      before.stale.set(lines, known);
      expect(after.stale.get(decodeState(encodeState(lines, before), after))).toBe(known);
    }
  });

  it('is refused when it is cut short', () => {
    const before = context();
    const lines = Int32Array.of(before.tables.newSpan(before.tables.originOf(1, null), 'a', 1) * 2);
    const state = encodeState(lines, before);
    expect(() => decodeState(state.subarray(0, state.length - 1), context())).toThrow(LifetimeError);
  });
});

describe('a shown path', () => {
  it('finds its bytes again', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((array) => Buffer.from(array).toString('latin1'));
    const words = fc
      .constantFrom('"', '\\', 'é', 'a', '\n', '\t', '\u00ff', '7')
      .map((word) => Buffer.from(word).toString('latin1'));
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.array(words, { minLength: 1 }).map((parts) => parts.join(''))
        ),
        (raw) => {
          expect(rawPath(displayPath(raw))).toBe(raw);
        }
      )
    );
  });
});
