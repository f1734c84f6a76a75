/** Who may be one person and was not joined: people look at it, nothing is joined by it. Pure. */
import type { ActorKind } from './account.ts';

export interface Suggestible {
  readonly accountId: string;
  readonly kind: ActorKind;
  readonly name: string | null;
  readonly login: string | null;
  /** Null = nobody's. */
  readonly person: string | null;
}

export interface Suggestion {
  readonly reason: 'display_name' | 'login';
  readonly persons: readonly string[];
  /** Accounts with the name, one of each person at least. */
  readonly accountIds: readonly string[];
}

const isAccent = (letter: string): boolean => letter >= '\u0300' && letter <= '\u036f';

/** Words of a name without case, accents and order; null = one word, which says nothing. */
function folded(name: string | null): string | null {
  const letters = [...(name ?? '').slice(0, 200).toLowerCase().normalize('NFKD')].filter((one) => !isAccent(one));
  const words = letters.join('').split(' ').filter(Boolean).sort();
  return words.length < 2 ? null : words.join(' ');
}

function grouped(
  accounts: readonly Suggestible[],
  reason: Suggestion['reason'],
  keyOf: (account: Suggestible) => string | null
): Suggestion[] {
  const byKey = new Map<string, Suggestible[]>();
  for (const account of accounts) {
    const key = keyOf(account);
    if (key === null || account.kind !== 'human' || account.person === null) continue;
    const known = byKey.get(key) ?? [];
    byKey.set(key, known);
    known.push(account);
  }
  return [...byKey.values()].flatMap((same) => {
    const persons = [...new Set(same.map(({ person }) => person ?? ''))].sort();
    return persons.length < 2 ? [] : [{ reason, persons, accountIds: same.map(({ accountId }) => accountId).sort() }];
  });
}

/** People with one name (of two words or more, in any order, without accents) or one login at different providers. */
export function suggestionsOf(accounts: readonly Suggestible[]): Suggestion[] {
  return [
    ...grouped(accounts, 'display_name', ({ name }) => folded(name)),
    ...grouped(accounts, 'login', ({ login }) => login?.toLowerCase() ?? null),
  ];
}
