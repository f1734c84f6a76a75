/** Accounts that all rules take for people and whose names say that they may be programs: for a person to look at, never decided here. */
import { pattern } from '../text/pattern.ts';

/** One word: `prombot`. */
const NAME = pattern`^\S*(?:bot|robot|automation|autobuild|[-_.]ci)$`;
/** People have addresses that end so (`stevenprobot@…`): a word of its own says more. */
const ADDRESS = pattern`(?i)^(?:\S*[-_.+])?(?:bot|robot|automation|autobuild|ci)$`;
/** Surnames. */
const SURNAMES = pattern`(?i)(?:talbot|abbot|cabot|le ?bot)$`;
const MAX = 200;

/** @param name Display name or login. @param email Address; '' = none. */
export function isDoubtful(name: string, email: string): boolean {
  const [own, address] = [name.trim().slice(0, MAX), email.split('@', 1)[0]?.slice(0, MAX) ?? ''];
  return (NAME.test(own) && !SURNAMES.test(own)) || ADDRESS.test(address);
}
