/** Reverts told by messages: by sha, by request number, by title within 90 days, and reverts of reverts. */
import type { HouseRow } from '../../connector.ts';
import { pattern } from '../../text/pattern.ts';
import { revertedByBranch, revertedNumbers, revertedShas, revertedTitle } from './change-words.ts';
import type { Change } from './segments.ts';
import { NUMBERED, TITLE_TYPE } from './wording.ts';

const NINETY_DAYS_MS = 90 * 86_400_000;

interface Titled {
  readonly key: string;
  readonly at: Date;
}

interface Revert {
  readonly target: string;
  readonly row: HouseRow;
}

const commitsOf = (change: Change): readonly { readonly sha: string; readonly message: string }[] =>
  change.merge === null ? change.commits : [...change.commits, change.merge];

/** `Add totals (#12)` without its number. */
const numbered = (title: string): Readonly<Record<string, string | undefined>> =>
  (title.endsWith(')') ? NUMBERED.exec(title)?.named : undefined) ?? {};
const SPACE = pattern`\s+`;
/** A title as titles are compared: its number, backticks and the width of white space say nothing. */
const bare = (title: string): string =>
  SPACE.replace((numbered(title)['title'] ?? title).replaceAll('`', ''), ' ').trim();
/** `fix(css): add totals` → `add totals`. */
const untyped = (title: string): string => TITLE_TYPE.replace(bare(title), '');
const numberIn = (title: string): string | null => numbered(title)['number'] ?? null;

function addTitled(titles: Map<string, Titled[]>, title: string, { key, mergedAt }: Change): void {
  const known = titles.get(title) ?? [];
  if (!known.some((one) => one.key === key)) {
    titles.set(title, [...known, { key, at: mergedAt }]);
  }
}

/** Titles of merges stand in the body, where no pattern of subjects looks. */
const textsOf = (change: Change): string[] => [change.title, ...commitsOf(change).map(({ message }) => message)];

/** The change says of itself that it reverts something. */
export function tellsRevert(change: Change): boolean {
  return (
    revertedTitle(change.title) !== null ||
    revertedByBranch(change.branch) !== null ||
    textsOf(change).some((text) => revertedShas(text).length > 0 || revertedNumbers(text).length > 0)
  );
}

/** Changes by what reverts name them by; they are added in the order of the default branch. */
export class RevertIndex {
  /** By the first seven digits, the least that a message names. */
  private readonly bySha = new Map<string, Array<{ readonly sha: string; readonly key: string }>>();
  private readonly byTitle = new Map<string, Titled[]>();
  /** By the title without its type, since `revert(css): TITLE` does not name it. */
  private readonly byUntyped = new Map<string, Titled[]>();
  private readonly keys = new Set<string>();
  private readonly reverts = new Map<string, Revert[]>();

  /** Adds a change, or what is new of it, and gives the reverts that it declares. */
  add(change: Change): HouseRow[] {
    for (const { sha } of commitsOf(change)) {
      const known = this.bySha.get(sha.slice(0, 7)) ?? [];
      if (!known.some((one) => one.sha === sha)) {
        this.bySha.set(sha.slice(0, 7), [...known, { sha, key: change.key }]);
      }
    }
    this.keys.add(change.key);
    const rows = this.rowsOf(change);
    addTitled(this.byTitle, bare(change.title), change);
    addTitled(this.byUntyped, untyped(change.title), change);
    return rows;
  }

  private keyOfSha(short: string): string | null {
    const found = (this.bySha.get(short.slice(0, 7).toLowerCase()) ?? []).filter(({ sha }) =>
      sha.startsWith(short.toLowerCase())
    );
    return found.length === 1 ? (found[0]?.key ?? null) : null;
  }

  /** The one change of that title within the 90 days before; two candidates are none. */
  private keyOfTitle(title: string, before: Date): string | null {
    const number = numberIn(title);
    if (number !== null && this.keys.has(String(Number(number)))) {
      return String(Number(number));
    }
    const within = (titled: readonly Titled[] | undefined): Titled[] =>
      (titled ?? []).filter(({ at }) => at <= before && before.getTime() - at.getTime() <= NINETY_DAYS_MS);
    const exact = within(this.byTitle.get(bare(title)));
    const found = exact.length > 0 ? exact : within(this.byUntyped.get(bare(title)));
    return found.length === 1 ? (found[0]?.key ?? null) : null;
  }

  /** Changes that this one reverts, by how that is known; the surest way that finds any decides. */
  private targetsOf(change: Change): { readonly keys: readonly string[]; readonly method: string } {
    const messages = textsOf(change);
    const others = (keys: ReadonlyArray<string | null>): string[] =>
      [...new Set(keys.filter((key) => key !== null && key !== change.key && this.keys.has(key)))] as string[];
    const bySha = others(messages.flatMap(revertedShas).map((sha) => this.keyOfSha(sha)));
    const byNumber = others(messages.flatMap(revertedNumbers).map((number) => String(Number(number))));
    const title = revertedTitle(change.title);
    const byTitle = others([title === null ? null : this.keyOfTitle(title, change.mergedAt)]);
    if (bySha.length > 0) {
      return { keys: bySha, method: 'commit_text' };
    }
    if (byNumber.length > 0) {
      return { keys: byNumber, method: 'platform' };
    }
    const number = revertedByBranch(change.branch);
    return byTitle.length > 0
      ? { keys: byTitle, method: 'title' }
      : { keys: others([number === null ? null : String(Number(number))]), method: 'platform' };
  }

  private rowsOf(change: Change): HouseRow[] {
    const { keys, method } = this.targetsOf(change);
    const own = keys.map((target): Revert => {
      const values = {
        change_key: target,
        revert_change_key: change.key,
        reverted_at: change.mergedAt,
        method,
        is_reapplied: false,
      };
      return { target, row: { table: 'revert', values } };
    });
    if (own.length > 0) {
      this.reverts.set(change.key, own);
    }
    // What the reverted change had reverted is back again.
    const reapplied = keys.flatMap((key) => {
      const undone = (this.reverts.get(key) ?? []).map(({ target, row }): Revert => {
        return { target, row: { ...row, values: { ...row.values, is_reapplied: true } } };
      });
      this.reverts.set(key, undone);
      return undone.map(({ row }) => row);
    });
    return [...own.map(({ row }) => row), ...reapplied];
  }
}
