/**
 * Accounts that were only sent here (telemetry, POST /ingest). Whoever has a token may send any name beside any other, so a number or login
 * joins what names no address to the one it leads to, and never what names two. Who else they name is not touched by a contradiction.
 */
import type { Account } from './account.ts';
import type { Link } from './links.ts';

/** Whether such an account is somebody's by itself: a source was asked, or it names an address. */
export const isAnchor = ({ isAsserted = false, email }: Account): boolean => !isAsserted || email !== null;

/** What is joined by address or by the directory: the same whoever says so. */
const isOfAddress = ({ key }: Link): boolean => key.startsWith('email:') || key.startsWith('sso:');

interface Bucket {
  readonly link: Link;
  readonly members: readonly number[];
}

/** Buckets in which sources that were asked join, and after them those to which something that was sent is joined. */
export function parted(
  buckets: Iterable<Bucket>,
  accounts: readonly Account[]
): { readonly told: readonly Bucket[]; readonly sent: readonly Bucket[] } {
  const told: Bucket[] = [];
  const sent: Bucket[] = [];
  for (const bucket of buckets) {
    const proven = bucket.members.filter((member) => accounts[member]?.isAsserted !== true);
    if (isOfAddress(bucket.link) || proven.length === bucket.members.length) told.push(bucket);
    else {
      told.push({ ...bucket, members: proven });
      sent.push(bucket);
    }
  }
  return { told, sent };
}

/** Of the accounts of a set those that say who and what it is: what was only sent does where nothing else is there. */
export function telling(members: readonly Account[]): readonly Account[] {
  const told = members.filter(({ isAsserted = false }) => !isAsserted);
  return told.length > 0 ? told : members;
}
