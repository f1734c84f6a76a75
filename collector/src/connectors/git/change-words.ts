/** What the message of a commit on the default branch says about the change that it brought. Pure; wordings are in wording.ts. */
import { capped, firstLine, pattern, type Pattern } from '../../text/pattern.ts';
import {
  BATCH,
  BATCH_TITLES,
  MERGES,
  NO_TITLE,
  NUMBERED,
  REAPPLIED_TITLES,
  REVERT_BRANCH,
  REVERTED_NUMBERS,
  REVERTED_SHAS,
  REVERTED_TITLES,
  type MergeWording,
} from './wording.ts';

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

/** First line with text; longer ones are cut: somebody pasted a file. */
export const subjectOf = (message: string): string => firstLine(message);

/** First line of the body; trailers are none. */
function bodyTitle(message: string): string | null {
  const [, ...rest] = message.trimStart().split('\n', 50);
  const line = rest.map((one) => one.trim()).find((one) => one !== '');
  return line === undefined || NO_TITLE.test(line) ? null : line;
}

type Found = Omit<ChangeWords, 'kind'>;

function readAs(wording: MergeWording, message: string, subject: string): Found | null {
  if (!message.includes(wording.needs)) return null;
  const words = wording.subject.exec(subject)?.named;
  const body = words === undefined || wording.body === undefined ? undefined : wording.body.exec(message)?.named;
  if (words === undefined || (wording.body !== undefined && body === undefined)) return null;
  if (wording.isSole === true && wording.body?.all(message).length !== 1) return null;
  const named = {
    ...words,
    ...Object.fromEntries(Object.entries(body ?? {}).filter(([, text]) => text !== undefined)),
  };
  const isTitled = wording.isMergeOnly === true && named['title'] === undefined;
  return {
    number: named['number'] ?? null,
    title: named['title'] ?? (isTitled ? subject : (bodyTitle(message) ?? subject)),
    branch: named['branch'] ?? null,
  };
}

/** Reads the message of a commit that brought a change. */
export function changeWords(given: string, isMerge: boolean): ChangeWords {
  const message = capped(given);
  const subject = subjectOf(message);
  const numbered = subject.endsWith(')') ? NUMBERED.exec(subject)?.named : undefined;
  for (const wording of MERGES) {
    if (wording.isMergeOnly === true && !isMerge) continue;
    const found = readAs(wording, message, subject);
    if (found === null) continue;
    const number = found.number ?? numbered?.['number'] ?? null;
    return { kind: isMerge ? 'merge' : 'squash', ...found, number };
  }
  const number = numbered?.['number'] ?? null;
  if (isMerge) return { kind: 'merge', number, title: subject || '(no message)', branch: null };
  return number === null
    ? { kind: 'direct', number: null, title: subject || '(no message)', branch: null }
    : { kind: 'squash', number, title: numbered?.['title'] ?? subject, branch: null };
}

/** The requests of a merge that brought several, in the order of its other parents; empty = it brought one. */
export function batchWords(given: string, isMerge: boolean): ChangeWords[] {
  const message = capped(given);
  const list = isMerge && message.includes('#') ? BATCH.exec(subjectOf(message))?.groups[0] : null;
  if (typeof list !== 'string') return [];
  const titles = new Map(BATCH_TITLES.all(message).map(({ named }) => [named['number'], named['title']]));
  return list.split(' ').map((numbered) => {
    const number = numbered.slice(1);
    return { kind: 'merge', number, title: titles.get(number) ?? subjectOf(message), branch: null };
  });
}

/** The merge only brought the default branch itself up to date (`git pull`): its other side is no branch of work. */
export function isPull(words: ChangeWords, defaultBranch: string): boolean {
  const { branch } = words;
  const isDefault =
    branch === defaultBranch || branch === `origin/${defaultBranch}` || branch === `upstream/${defaultBranch}`;
  return words.kind === 'merge' && words.number === null && isDefault;
}

/** Most of what one message takes back; a list that is longer is no revert. */
const MAX_REVERTED = 200;
const SHA = pattern`[0-9a-fA-F]{7,64}`;
const DIGITS = pattern`\d{1,10}`;

/** Text without quoted lines: Bitbucket quotes the description of what is reverted. */
const unquoted = (message: string): string =>
  message.includes('\n>')
    ? message
        .split('\n')
        .filter((line) => !line.startsWith('>'))
        .join('\n')
    : message;

const mayRevert = (message: string): boolean => {
  const folded = message.toLowerCase();
  return (
    folded.includes('revert') ||
    folded.includes('back') ||
    folded.includes('undo') ||
    folded.includes('original commit')
  );
};

function allOf(given: string, patterns: readonly Pattern[], part: Pattern): string[] {
  const message = capped(given);
  if (!mayRevert(message)) return [];
  const text = unquoted(message);
  const found = patterns.flatMap((one) => one.all(text).map(({ groups }) => groups[0] ?? ''));
  return [...new Set(found.flatMap((list) => part.all(list).map((match) => match.text)))].slice(0, MAX_REVERTED);
}

/** Full or abbreviated shas that the message says it reverts. */
export const revertedShas = (message: string): string[] => allOf(message, REVERTED_SHAS, SHA);

/** Numbers of the requests that a forge says it reverts (`Reverts owner/name#12`, `This reverts merge request !201`). */
export const revertedNumbers = (message: string): string[] => allOf(message, REVERTED_NUMBERS, DIGITS);

/** Number of the request in the name of a branch that a forge's button made; null = none. */
export const revertedByBranch = (branch: string | null): string | null =>
  branch === null ? null : (REVERT_BRANCH.exec(branch)?.groups[0] ?? null);

const firstGroup = (patterns: readonly Pattern[], text: string): string | null =>
  patterns.map((one) => one.exec(text)?.groups[0] ?? null).find((group) => group !== null) ?? null;

/** Title that a title says it reverts; a re-application reverts the revert. Null = it is no revert. */
export function revertedTitle(title: string): string | null {
  const text = title.slice(0, 4096).trim();
  const reapplied = firstGroup(REAPPLIED_TITLES, text);
  return reapplied === null ? firstGroup(REVERTED_TITLES, text) : `Revert "${reapplied}"`;
}
