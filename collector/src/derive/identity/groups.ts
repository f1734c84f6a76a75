/** Sets of accounts that grow together. */

/** What an account brings into its set. */
export interface Traits {
  /** Person of people.csv; null = none. */
  readonly personId: string | null;
  /** User of the organisation's directory; null = none. */
  readonly userId: string | null;
  /** Splits of the configuration: of each the side it stands on. */
  readonly sides: ReadonlyMap<number, number>;
}

const merge = (a: Traits, b: Traits): Traits => ({
  personId: a.personId ?? b.personId,
  userId: a.userId ?? b.userId,
  sides: new Map([...b.sides, ...a.sides]),
});

/** Why sets must not become one; null = they may. */
export type Obstacle = 'two_people' | 'two_directory_users' | 'split' | null;

export class Groups {
  private readonly parent: number[];
  private readonly traits: Traits[];

  constructor(traits: readonly Traits[]) {
    this.parent = traits.map((_one, index) => index);
    this.traits = [...traits];
  }

  root(index: number): number {
    let at = index;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at] ?? at] ?? at;
      at = this.parent[at] ?? at;
    }
    return at;
  }

  of(index: number): Traits {
    return this.traits[this.root(index)] ?? { personId: null, userId: null, sides: new Map() };
  }

  /** A person of people.csv may have several users in the directory; nobody else may. */
  obstacle(members: readonly number[]): Obstacle {
    const roots = [...new Set(members.map((member) => this.root(member)))].map((root) => this.of(root));
    const sides = new Map<number, number>();
    for (const { sides: own } of roots)
      for (const [split, side] of own) {
        if ((sides.get(split) ?? side) !== side) return 'split';
        sides.set(split, side);
      }
    const persons = new Set(roots.map(({ personId }) => personId).filter((one) => one !== null));
    if (persons.size > 1) return 'two_people';
    const strangers = roots.filter(({ userId }) => userId !== null);
    const isOnePerson = strangers.every(({ personId }) => personId !== null);
    return new Set(strangers.map(({ userId }) => userId)).size > 1 && !isOnePerson ? 'two_directory_users' : null;
  }

  join(a: number, b: number): void {
    const [low, high] = [this.root(a), this.root(b)].sort((x, y) => x - y) as [number, number];
    if (low === high) return;
    this.traits[low] = merge(this.of(low), this.of(high));
    this.parent[high] = low;
  }
}
