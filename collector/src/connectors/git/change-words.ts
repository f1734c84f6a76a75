/** What the message of a commit on the default branch says about the change that it brought. Pure. */

export type ChangeKind = 'merge' | 'squash' | 'direct';

/** A change as its first-parent commit tells it. */
export interface ChangeWords {
  readonly kind: ChangeKind;
  /** Pull or merge request number; null = none named. */
  readonly number: string | null;
  readonly title: string;
  /** Source branch; null = not named. */
  readonly branch: string | null;
}

type Found = Omit<ChangeWords, 'kind'>;

/** First line with text. */
export const subjectOf = (message: string): string => message.trimStart().split('\n', 1)[0]?.trim() ?? '';

const TRAILER = /^(?:signed-off-by|co-authored-by|reviewed-by|acked-by|tested-by|change-id|see merge request)\b/i;

/** First line of the body; trailers are none. */
function bodyTitle(message: string): string | null {
  const [, ...rest] = message.trimStart().split('\n');
  const line = rest.map((one) => one.trim()).find((one) => one !== '');
  return line === undefined || TRAILER.test(line) ? null : line;
}

/** Subjects of merged requests by forge. Numbers of more than ten digits are no request numbers. */
const REQUESTS: ReadonlyArray<(message: string, subject: string) => Found | null> = [
  // GitHub: the title is the first line of the body; the branch comes with its owner.
  (message, subject) => {
    const found = /^Merge pull request #(?<number>\d{1,10}) from (?<branch>\S+)/.exec(subject)?.groups;
    const branch = found?.['branch']?.replace(/^[^/:]+[/:]/, '') ?? null;
    return found ? { number: found['number'] ?? null, branch, title: bodyTitle(message) ?? subject } : null;
  },
  // Gitea and Forgejo.
  (_message, subject) => {
    const found = /^Merge pull request '(?<title>.*)' \([#!](?<number>\d{1,10})\) from (?<branch>\S+) into /.exec(
      subject
    )?.groups;
    const branch = found?.['branch']?.replace(/^[^/:]+:/, '') ?? null;
    return found ? { number: found['number'] ?? null, branch, title: found['title'] ?? subject } : null;
  },
  // Bitbucket.
  (message, subject) => {
    const found = /^Merged in (?<branch>\S+) \(pull request #(?<number>\d{1,10})\)/.exec(subject)?.groups;
    return found
      ? { number: found['number'] ?? null, branch: found['branch'] ?? null, title: bodyTitle(message) ?? subject }
      : null;
  },
  // Azure DevOps.
  (_message, subject) => {
    const found = /^Merged PR (?<number>\d{1,10}): (?<title>.+)/.exec(subject)?.groups;
    return found ? { number: found['number'] ?? null, branch: null, title: found['title'] ?? subject } : null;
  },
  // Bors and homu.
  (message, subject) => {
    const found = /^Auto merge of #(?<number>\d{1,10}) - (?:[^:\s]+:)?(?<branch>[^\s,]+)/.exec(subject)?.groups;
    return found
      ? { number: found['number'] ?? null, branch: found['branch'] ?? null, title: bodyTitle(message) ?? subject }
      : null;
  },
  // GitLab names the merge request in the body.
  (message, subject) => {
    const branch = /^Merge branch '([^']+)'/.exec(subject)?.[1];
    const number = /^See merge request \S*!(\d{1,10})\s*$/m.exec(message)?.[1];
    return branch === undefined || number === undefined
      ? null
      : { number, branch, title: bodyTitle(message) ?? subject };
  },
];

/** Reads the message of a commit that brought a change. */
export function changeWords(message: string, isMerge: boolean): ChangeWords {
  const subject = subjectOf(message);
  for (const read of REQUESTS) {
    const found = read(message, subject);
    if (found) {
      return { kind: isMerge ? 'merge' : 'squash', ...found };
    }
  }
  const numbered = /^(?<title>.*\S)\s*\(#(?<number>\d{1,10})\)$/.exec(subject)?.groups;
  if (isMerge) {
    const branch = /^Merge (?:remote-tracking )?branch(?:es)? '([^']+)'/.exec(subject)?.[1] ?? null;
    return { kind: 'merge', number: numbered?.['number'] ?? null, title: subject || '(no message)', branch };
  }
  return numbered
    ? { kind: 'squash', number: numbered['number'] ?? null, title: numbered['title'] ?? subject, branch: null }
    : { kind: 'direct', number: null, title: subject || '(no message)', branch: null };
}

/** The merge only brought the default branch itself up to date (`git pull`): its other side is no branch of work. */
export function isPull(words: ChangeWords, defaultBranch: string): boolean {
  const branch = words.branch?.replace(/^(?:refs\/remotes\/)?(?:origin|upstream)\//, '');
  return words.kind === 'merge' && words.number === null && branch === defaultBranch;
}

/** Full or abbreviated shas that the message says it reverts. */
export function revertedShas(message: string): string[] {
  return [...message.matchAll(/\bThis reverts commit ([0-9a-f]{7,64})\b/gi)].map((match) => match[1] ?? '');
}

/** Number of the request that a forge says it reverts (`Reverts owner/name#12`); null = none. */
export function revertedNumber(message: string): string | null {
  return /^Reverts (?:[\w.-]+\/[\w.-]+)?[#!](\d{1,10})\s*$/m.exec(message)?.[1] ?? null;
}

/** Title that a title says it reverts; a re-application reverts the revert. Null = it is no revert. */
export function revertedTitle(title: string): string | null {
  const reapplied = /^Reapply "(?<title>.+)"$/.exec(title.trim())?.groups?.['title'];
  return reapplied === undefined
    ? (/^Revert "(?<title>.+)"$/.exec(title.trim())?.groups?.['title'] ?? null)
    : `Revert "${reapplied}"`;
}
