/** Follows the pages of a list to its end, and notices where there is none. */
import { createHash } from 'node:crypto';
import { CollectorError } from '../errors.ts';

/** A list that comes in pages. */
export interface List {
  /** Who answers: `Cursor`. */
  readonly source: string;
  /** As people know it: `uses of 2026-11-17`. */
  readonly name: string;
  /** Setting that holds the address: `cursor.url`. */
  readonly setting: string;
}

/** A page after which another one is to be asked for. */
export interface Turned {
  /** Where the next page begins, as the source names it; null = it names none. A page that is asked for by its number needs none. */
  readonly place?: string | null;
  /** Entries of the page, those too that are not understood. */
  readonly count: number;
  /** Entries of the whole list, as the source counts them; null = it does not. */
  readonly total?: number | null;
  /** The page as it came: the same one again is no progress. */
  readonly body?: Buffer;
}

/** What a page is told apart by where its body is not at hand: its entries; of one without any that are understood nothing. */
export const bodyOf = (entries: readonly unknown[]): { readonly body?: Buffer } =>
  entries.length === 0 ? {} : { body: Buffer.from(JSON.stringify(entries)) };

/** Pages of one list; GitHub's are smaller. */
const MOST_PAGES = 2_000;
/** Empty pages in a row: what is filtered away may leave some. */
const MOST_EMPTY = 10;
/** Lists grow while they are read, but not by this much. */
const MOST_BEYOND = 1_000;
/** Whatever total is named: GitHub's largest repositories have a tenth of it. */
const MOST_ENTRIES = 2_000_000;

/** One reading of a list. */
export class Paging {
  readonly #list: List;
  readonly #most: number;
  readonly #seen = new Set<string>();
  #pages = 0;
  #empty = 0;
  #count = 0;

  constructor(list: List, mostPages = MOST_PAGES) {
    this.#list = list;
    this.#most = mostPages;
  }

  /** Notes a page that is not the last. @throws CollectorError `source_endless` */
  turn({ place, count, total = null, body }: Turned): void {
    this.#pages += 1;
    this.#empty = count === 0 ? this.#empty + 1 : 0;
    this.#count += count;
    if (place === null) throw this.#endless('it names no place to go on from');
    if (place !== undefined && !this.#isNew(`place ${place}`))
      throw this.#endless('it goes on from where it was before');
    if (body !== undefined && count > 0 && !this.#isNew(createHash('sha256').update(body).digest('base64')))
      throw this.#endless('a page came again');
    if (this.#empty >= MOST_EMPTY) throw this.#endless(`${String(MOST_EMPTY)} pages in a row were empty`);
    if (this.#count > Math.min(MOST_ENTRIES, total === null ? MOST_ENTRIES : 2 * total + MOST_BEYOND))
      throw this.#endless(
        `${this.#count.toLocaleString('en')} came${total === null ? '' : ` of ${total.toLocaleString('en')}`}`
      );
    if (this.#pages > this.#most) throw this.#endless(`it has more than ${this.#most.toLocaleString('en')} pages`);
  }

  #isNew(one: string): boolean {
    const isNew = !this.#seen.has(one);
    this.#seen.add(one);
    return isNew;
  }

  #endless(why: string): CollectorError {
    const { source, name, setting } = this.#list;
    return new CollectorError({
      code: 'source_endless',
      message: `${source}: the list of ${name} has no end: ${why}. What came before is kept. Check ${setting} and what stands between; report it if it stays.`,
      fault: 'source',
    });
  }
}
