/** Follows the pages of a list to its end, and notices where there is none. */
import { CollectorError } from '../../errors.ts';

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

interface Read {
  readonly pageInfo: PageInfo;
  readonly totalCount: number;
  /** Entries of the page, those too that are not understood. */
  readonly count: number;
}

/** Empty pages in a row: what is filtered away may leave some. */
const MOST_EMPTY = 10;
/** Lists grow while they are read, but not by this much. */
const MOST_BEYOND = 1000;
/** Whatever total is named: GitHub's largest repositories have a tenth of it. */
const MOST_ENTRIES = 2_000_000;
const MOST_PAGES = 100_000;

export class Following {
  readonly #what: string;
  readonly #seen = new Set<string>();
  #empty = 0;
  #count = 0;

  /** @param what The list, as people know it: `issues of acme/shop`. */
  constructor(what: string) {
    this.#what = what;
  }

  /** Where the next page begins; null = this was the last. @throws CollectorError `source_endless` */
  next({ pageInfo: { hasNextPage, endCursor }, totalCount, count }: Read): string | null {
    if (!hasNextPage) return null;
    this.#empty = count === 0 ? this.#empty + 1 : 0;
    this.#count += count;
    if (endCursor === null) throw this.#endless('it names no place to go on from');
    if (this.#seen.has(endCursor)) throw this.#endless('it goes on from where it was before');
    if (this.#empty >= MOST_EMPTY) throw this.#endless(`${String(MOST_EMPTY)} pages in a row were empty`);
    if (this.#count > Math.min(MOST_ENTRIES, 2 * totalCount + MOST_BEYOND))
      throw this.#endless(`${this.#count.toLocaleString('en')} came of ${totalCount.toLocaleString('en')}`);
    if (this.#seen.size >= MOST_PAGES) throw this.#endless(`it has more than ${MOST_PAGES.toLocaleString('en')} pages`);
    this.#seen.add(endCursor);
    return endCursor;
  }

  #endless(why: string): CollectorError {
    return new CollectorError({
      code: 'source_endless',
      message: `GitHub: the list of ${this.#what} has no end: ${why}. What came before is kept. Check github.url and what stands between; report it if it stays.`,
      fault: 'source',
    });
  }
}
