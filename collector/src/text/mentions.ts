/** What a text mentions: commits, and changes by their number. */
import { capped, pattern } from './pattern.ts';

const SHA = pattern`\b[0-9a-f]{7,40}\b`;
/** What stands in place of a masked token (errors.ts), not a commit in bold italics. */
const MASKED = pattern`\*{3}[0-9a-f]{8}([^*\w]|$)`;
const LETTER = pattern`[a-f]`;
const DIGIT = pattern`\d`;
const NUMBER = pattern`(?:#|/pull/|/pull-requests/|/merge_requests/)(\d{1,10})\b`;
const MOST = 50;

/** Commit-like words and change numbers. A word of digits only, or of letters only, is no sha. */
export function mentions(given: string): { shas: string[]; numbers: string[] } {
  const text = MASKED.replace(capped(given), ({ groups }) => groups[0] ?? '');
  return {
    shas: SHA.all(text.toLowerCase())
      .map((match) => match.text)
      .filter((sha) => LETTER.test(sha) && DIGIT.test(sha)),
    numbers: NUMBER.all(text).map(({ groups }) => groups[0] ?? ''),
  };
}

/** The same as words to keep in place of the text: `9f1c2ab`, `#12`. */
export function mentionsOf(text: string): string[] {
  const { shas, numbers } = mentions(text);
  return [...new Set([...shas, ...numbers.map((number) => `#${number}`)])].slice(0, MOST);
}
