/** What squash commits show of themselves: whether marks of AI tools survive. Pure. */
import { markCommit } from '../../attribution/mark-commit.ts';
import type { PlannedSquash } from '../../planned.ts';
import { changeWords } from './change-words.ts';
import type { RawCommit } from './read-log.ts';

/** Newest squashes that are looked at, and how few among how many commits are an accident. */
const SQUASHES = 100;
const FEWEST = 3;
const MANY = 50;

/** Tools that a commit says wrote it, whatever share of it. */
export const marksOf = (commit: RawCommit): string[] => [
  ...new Set(markCommit(commit).flatMap(({ grade, toolId }) => (grade >= 3 ? [toolId] : []))),
];

const bodyOf = (message: string): string => message.trim().split('\n').slice(1).join('\n').trim();
const isListed = (message: string): boolean => bodyOf(message).split('\n').some((line) => line.startsWith('* ')); // prettier-ignore

/** What the newest squashes show: whose own commits are gone from git, so a mark that is there was kept. */
export function squashOf(commits: readonly RawCommit[]): PlannedSquash {
  const squashes = commits
    .filter(({ message, parents }) => parents.length < 2 && changeWords(message, false).kind === 'squash')
    .slice(0, SQUASHES);
  const looked = squashes.length;
  const empty = squashes.filter(({ message }) => bodyOf(message) === '').length;
  const listed = squashes.filter(({ message }) => isListed(message)).length;
  const kept = squashes.filter((one) => marksOf(one).length > 0).length;
  const found = { setting: null, looked, marked: null, kept } as const;
  if (looked === 0 || (looked < FEWEST && commits.length > MANY)) return { ...found, verdict: 'none', because: `${looked === 0 ? 'no squash' : String(looked)} in the newest part of the branch (${commits.length.toLocaleString('en')})` }; // prettier-ignore
  const seen = `of the newest ${String(looked)}: ${String(empty)} with an empty body, ${String(listed)} that list their commits, ${String(kept)} with a mark of an AI tool`;
  const isSeen = kept > 0 || listed * 2 > looked;
  const verdict = empty * 5 >= looked * 4 ? 'lost' : isSeen ? (empty * 5 < looked ? 'kept' : 'partly') : 'unknown';
  return { ...found, verdict, because: seen };
}
