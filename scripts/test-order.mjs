// The order of test files: the long ones first, so that no core waits at the end for one that started last.
// A file that takes long says so: by the time limits that it sets for its tests. Files that set none go by their size.
import { readFileSync } from 'node:fs';

const LIMIT = /^ *\}, ([\d_]+)\);|^ +([\d_]{5,})\n *\);|setTimeout\(([\d_]{5,})\);/gm;

/** The longest limit that a test file sets, in milliseconds, 0 = it sets none; and its length. */
function weightOf({ path }) {
  const text = readFileSync(path, 'utf8');
  const limits = [...text.matchAll(LIMIT)].map((found) =>
    Number((found[1] ?? found[2] ?? found[3]).replaceAll('_', ''))
  );
  return { limit: Math.max(0, ...limits), size: text.length };
}

/** A jest sequencer. */
export default class LongFirst {
  sort(tests) {
    const weighed = [...tests].map((test) => ({ test, ...weightOf(test) }));
    weighed.sort((one, other) => other.limit - one.limit || other.size - one.size);
    return weighed.map(({ test }) => test);
  }

  /** `jest --onlyFailures`: nothing is known of earlier runs. */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
