/** Who owned a repository when: CODEOWNERS as it was on the default branch. Pure. */

/** Instant (ISO 8601 in UTC) → team that owns the repository from then on; null = nobody. */
export type OwnerHistory = Readonly<Record<string, string | null>>;

/** A version of CODEOWNERS that reached the default branch. */
export interface OwnerVersion {
  readonly at: Date;
  /** Team that it names for everything; null = none, or the file is gone. */
  readonly team: string | null;
}

/** Moves of the ownership, of versions in the order of the branch; null = no version ever named a team. */
export function ownerHistory(versions: readonly OwnerVersion[]): OwnerHistory | null {
  const moves: Record<string, string | null> = {};
  let [owner, last]: [string | null, number] = [null, 0];
  for (const { at, team } of versions) {
    // Clocks of committers may run behind the commit before: the order of the branch counts.
    last = Math.max(last, at.getTime());
    if (team === owner) continue;
    owner = team;
    moves[new Date(last).toISOString()] = team;
  }
  return Object.keys(moves).length === 0 ? null : moves;
}

/** What is stored of a repository's owner. */
export interface Owned {
  readonly owner_team_id: string | null;
  /** Null = not known: the owner counts for all time. */
  readonly owner_history: OwnerHistory | null;
}

/** Team that owned the repository at an instant; null = nobody, or nobody knows. */
export function ownerAt({ owner_team_id: now, owner_history: history }: Owned, at: Date): string | null {
  if (history === null) return now;
  const since = Object.keys(history).filter((instant) => Date.parse(instant) <= at.getTime());
  return history[since.sort().at(-1) ?? ''] ?? null;
}
