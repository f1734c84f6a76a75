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

const subjectOf = (message: string): string => message.trimStart().split('\n', 1)[0]?.trim() ?? '';

function firstBodyLine(message: string): string | null {
  const [, ...rest] = message.trimStart().split('\n');
  return rest.map((line) => line.trim()).find((line) => line !== '' && !/^[A-Za-z-]+: /.test(line)) ?? null;
}

/** Merge subjects of forges; each gives number, branch and title. */
const MERGES: ReadonlyArray<(message: string, subject: string) => Omit<ChangeWords, 'kind'> | null> = [
  // GitHub: the title is the first line of the body.
  (message, subject) => {
    const found = /^Merge pull request #(?<number>\d+) from (?<branch>\S+)/.exec(subject)?.groups;
    return found ? { number: found['number'] ?? null, branch: found['branch']?.replace(/^[^/]+\//, '') ?? null, title: firstBodyLine(message) ?? subject } : null;
  },
  // Bitbucket and Azure DevOps.
  (message, subject) => {
    const found = /^Merged in (?<branch>\S+) \(pull request #(?<number>\d+)\)/.exec(subject)?.groups;
    return found ? { number: found['number'] ?? null, branch: found['branch'] ?? null, title: firstBodyLine(message) ?? subject } : null;
  },
  (_message, subject) => {
    const found = /^Merged PR (?<number>\d+): (?<title>.+)/.exec(subject)?.groups;
    return found ? { number: found['number'] ?? null, branch: null, title: found['title'] ?? subject } : null;
  },
  // GitLab names the merge request in the body.
  (message, subject) => {
    const number = /^See merge request \S*!(\d+)\s*$/m.exec(message)?.[1];
    const branch = /^Merge branch '([^']+)'/.exec(subject)?.[1] ?? null;
    return number === undefined ? null : { number, branch, title: branch === null ? subject : (firstBodyLine(message) ?? subject) };
  },
];

/** Reads the message of a first-parent commit. */
export function changeWords(message: string, isMerge: boolean): ChangeWords {
  const subject = subjectOf(message);
  for (const read of MERGES) {
    const found = read(message, subject);
    if (found) {
      return { kind: isMerge ? 'merge' : 'squash', ...found };
    }
  }
  if (isMerge) {
    const branch = /^Merge (?:remote-tracking )?branch(?:es)? '([^']+)'/.exec(subject)?.[1] ?? null;
    return { kind: 'merge', number: /\(#(\d+)\)\s*$/.exec(subject)?.[1] ?? null, title: subject, branch };
  }
  const squashed = /^(?<title>.*\S)\s*\(#(?<number>\d+)\)\s*$/.exec(subject)?.groups;
  return squashed
    ? { kind: 'squash', number: squashed['number'] ?? null, title: squashed['title'] ?? subject, branch: null }
    : { kind: 'direct', number: null, title: subject === '' ? '(no message)' : subject, branch: null };
}

/** Full or abbreviated shas that the message says it reverts. */
export function revertedShas(message: string): string[] {
  return [...message.matchAll(/\bThis reverts commit ([0-9a-f]{7,64})\b/g)].map((match) => match[1] ?? '');
}

/** Title that the subject says it reverts; null = it is no revert. */
export function revertedTitle(title: string): string | null {
  return /^Revert "(?<title>.+)"\s*(?:\(#\d+\))?$/.exec(title.trim())?.groups?.['title'] ?? null;
}
