/** What the weeks of everybody are added up to, followed while those of some are replaced: sums that stay need not be looked at. */

/** A row of usage_week, as far as it is added up. */
export interface AddedUp {
  readonly tool_id: string;
  readonly workflow_id: string;
  readonly team_id: string;
  /** YYYY-MM-DD */
  readonly week_start: string;
  readonly uses: number;
  readonly is_seated: boolean;
  readonly own_coverage: number;
}

/** Coverage from which on a person's use is known. */
const KNOWN = 2;

export class Sums {
  /** By tool and week: licensed people, and those of them with data. */
  private readonly seats = new Map<string, { readonly monday: string; licensed: number; covered: number }>();
  /** By tool, team and week: rows with uses. */
  private readonly used = new Map<string, number>();
  readonly weeks = new Set<string>();

  /** A row came (1) or went (-1). */
  add(row: AddedUp, sign: 1 | -1): void {
    const { tool_id: tool, team_id: team, week_start: monday } = row;
    this.weeks.add(monday);
    if (row.workflow_id !== '') return;
    if (row.is_seated) {
      const key = `${tool}/${monday}`;
      const sum = this.seats.get(key) ?? { monday, licensed: 0, covered: 0 };
      this.seats.set(key, sum);
      sum.licensed += sign;
      if (row.own_coverage >= KNOWN) sum.covered += sign;
    }
    if (row.uses > 0) {
      const key = JSON.stringify([tool, team, monday]);
      this.used.set(key, (this.used.get(key) ?? 0) + sign);
    }
  }

  /** Weeks in which other people are licensed or have data. */
  seatWeeks(): string[] {
    const moved = [...this.seats.values()].filter(({ licensed, covered }) => licensed !== 0 || covered !== 0);
    return [...new Set(moved.map(({ monday }) => monday))];
  }

  /** Teams may have begun to use a tool earlier or later than they had. */
  hasMovedUses(): boolean {
    return [...this.used.values()].some((count) => count !== 0);
  }
}
