/** Follows the pages of a connection to its end. */
import { Paging } from '../../http/paging.ts';

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

/** Pages shrink to one entry where GitHub has no time for more. */
const MOST_PAGES = 100_000;

export class Following {
  readonly #paging: Paging;

  /** @param what The list, as people know it: `issues of acme/shop`. */
  constructor(what: string) {
    this.#paging = new Paging({ source: 'GitHub', name: what, setting: 'github.url' }, MOST_PAGES);
  }

  /** Where the next page begins; null = this was the last. @throws CollectorError `source_endless` */
  next({ pageInfo: { hasNextPage, endCursor }, totalCount, count }: Read): string | null {
    if (!hasNextPage) return null;
    this.#paging.turn({ place: endCursor, count, total: totalCount });
    return endCursor;
  }
}
