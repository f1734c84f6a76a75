/** Whose an account is by people.csv: one person's for all time, several people's one after another, or claimed by two at once. Pure. */
import type { Account, Claim, IdentitySettings, Period } from './account.ts';
import { foldEmail } from './links.ts';

export interface Claimed {
  /** The one person; null = nobody's or several people's. */
  readonly personId: string | null;
  /** Several people one after another; else empty. */
  readonly periods: readonly Period[];
  readonly isClaimedByTwo: boolean;
}

const start = ({ from }: Claim): number => from ?? -Infinity;
const end = ({ to }: Claim): number => to ?? Infinity;
const personsOf = (claims: readonly Claim[]): Set<string> => new Set(claims.map(({ personId }) => personId));

/**
 * Claims in the order of time, those of one person that follow each other as one. Null = two people claim the same time.
 * The first holds it since ever and the last for ever, as a single person would: files begin later than histories.
 */
function inTurn(claims: readonly Claim[]): Period[] | null {
  const periods: Period[] = [];
  const ordered = claims.toSorted((a, b) => start(a) - start(b) || (a.personId < b.personId ? -1 : 1));
  for (const claim of ordered) {
    const last = periods.at(-1);
    if (last?.personId === claim.personId) {
      periods[periods.length - 1] = { ...last, to: end(claim) > end(last) ? claim.to : last.to };
    } else if (last !== undefined && end(last) > start(claim)) return null;
    else periods.push(claim);
  }
  const count = periods.length - 1;
  return periods.map((period, index) => ({
    personId: period.personId,
    from: index === 0 ? null : period.from,
    to: index === count ? null : period.to,
  }));
}

/** Of each account what is claimed of it or of its address: a tool's account with a re-used address changes hands with it. */
export function claimsOf(accounts: readonly Account[], { companyDomain }: IdentitySettings): Claimed[] {
  const byAddress = new Map<string, Claim[]>();
  const addressOf = ({ email }: Account): string | null => (email === null ? null : foldEmail(email, companyDomain));
  for (const account of accounts) {
    const address = addressOf(account);
    if (address !== null && account.claims.length > 0)
      byAddress.set(address, [...(byAddress.get(address) ?? []), ...account.claims]);
  }
  return accounts.map((account) => {
    const claims = byAddress.get(addressOf(account) ?? '') ?? account.claims;
    const persons = personsOf(claims);
    if (persons.size < 2) return { personId: claims[0]?.personId ?? null, periods: [], isClaimedByTwo: false };
    const periods = inTurn(claims);
    if (periods !== null) return { personId: null, periods, isClaimedByTwo: false };
    const own = personsOf(account.claims);
    return { personId: own.size === 1 ? ([...own][0] ?? null) : null, periods: [], isClaimedByTwo: true };
  });
}
