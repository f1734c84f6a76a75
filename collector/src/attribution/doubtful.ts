/** Accounts that all rules take for people and whose names say that they may be programs: for a person to look at, never decided here. */
import { pattern } from '../text/pattern.ts';

const ENDS = pattern`(?i)^\S*(?:bot|robot|automation|autobuild|[-_.]ci)$`;
/** Surnames. */
const SURNAMES = pattern`(?i)(?:talbot|abbot|cabot|le ?bot)$`;

/** @param name Display name or login. @param email Address; '' = none. */
export function isDoubtful(name: string, email: string): boolean {
  return [name.trim(), email.split('@', 1)[0] ?? ''].some((one) => ENDS.test(one.slice(0, 200)) && !SURNAMES.test(one.slice(0, 200))); // prettier-ignore
}
