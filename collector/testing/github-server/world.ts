/** A generated organisation, as it is at any instant of its own clock: what happens later cannot be seen yet. */
import { drawOf, oidOf } from './random.ts';
import { makePull, type MadePull, type Method } from './pull-request.ts';

const DAY = 86_400_000;

export interface WorldOptions {
  readonly seed?: string;
  readonly organisation?: string;
  readonly repositories: number;
  /** Pull requests in all repositories together. */
  readonly pulls: number;
  /** Days of history up to `end`. */
  readonly days?: number;
  /** Last instant for which something is made. */
  readonly end: Date;
  readonly hugeEvery?: number;
}

export interface MadeRepository {
  readonly index: number;
  readonly id: string;
  readonly databaseId: number;
  name: string;
  owner: string;
  readonly method: Method;
  /** Numbers of its pull requests are 1…count. */
  readonly count: number;
  readonly isFork: boolean;
  readonly isArchived: boolean;
  isGone: boolean;
  /** Environments that are deployed to. Default: staging and Production; none = nothing is deployed. */
  environments?: readonly string[];
  readonly startAt: number;
  readonly endAt: number;
}

const NAMES = 'shop cart checkout search mail stock billing login admin docs api web mobile jobs infra'.split(' ');
const METHODS: readonly Method[] = ['squash', 'squash', 'merge', 'rebase'];

export class World {
  readonly organisation: string;
  readonly repositories: MadeRepository[];
  readonly #options: Required<WorldOptions>;
  readonly #pulls = new Map<string, MadePull>();

  constructor(options: WorldOptions) {
    this.#options = { seed: 'acme', organisation: 'acme', days: 730, hugeEvery: 97, ...options };
    const { organisation, repositories, pulls, seed, end, days } = this.#options;
    this.organisation = organisation;
    // A few repositories hold most of it.
    const weights = Array.from({ length: repositories }, (_none, index) => 1 / (index + 3));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.repositories = weights.map((weight, index) => {
      const draw = drawOf(seed, 'repository', index);
      const base = NAMES[index % NAMES.length] ?? 'shop';
      return {
        index,
        id: `R_${String(index)}`,
        databaseId: 500_000 + index,
        name: index < NAMES.length ? base : `${base}-${String(Math.floor(index / NAMES.length))}`,
        owner: organisation,
        method: METHODS[index % METHODS.length] ?? 'squash',
        count: Math.max(1, Math.round((pulls * weight) / total)),
        isFork: index > 2 && draw.chance(0.05),
        isArchived: index > 2 && draw.chance(0.08),
        isGone: false,
        startAt: end.getTime() - days * DAY,
        endAt: end.getTime(),
      };
    });
  }

  /** When a pull request is opened: evenly over the history. */
  createdAt({ startAt, endAt, count, index }: MadeRepository, number: number): number {
    const jitter = drawOf(this.#options.seed, 'opened', index, number).next();
    return startAt + ((endAt - startAt) * (number - 1 + jitter)) / count;
  }

  #names: ReadonlyMap<string, string> = new Map();

  /** Commits are called so from now on; what is not named keeps its made-up name. */
  rename(names: ReadonlyMap<string, string>): void {
    this.#names = names;
  }

  pull(repository: MadeRepository, number: number): MadePull {
    const made = this.made(repository, number);
    if (this.#names.size === 0) return made;
    const named = <T extends { readonly oid: string }>(all: readonly T[]): T[] => all.map((one) => ({ ...one, oid: this.#names.get(one.oid) ?? one.oid })); // prettier-ignore
    return { ...made, commits: named(made.commits), landed: named(made.landed) };
  }

  /** As it was made up. */
  made(repository: MadeRepository, number: number): MadePull {
    const key = `${repository.id}/${String(number)}`;
    const known = this.#pulls.get(key);
    if (known) return known;
    const made = makePull({
      seed: this.#options.seed,
      repository: repository.id,
      number,
      createdAt: this.createdAt(repository, number),
      method: repository.method,
      hugeEvery: this.#options.hugeEvery,
    });
    if (this.#pulls.size > 5_000) this.#pulls.clear();
    this.#pulls.set(key, made);
    return made;
  }

  readonly #updates = new Map<string, Float64Array>();

  /** Instants at which pull requests change, by number: opened, then each event. */
  #changes(repository: MadeRepository): Float64Array[] {
    const { id, count } = repository;
    return Array.from({ length: count }, (_none, at) => {
      const key = `${id}/${String(at + 1)}`;
      const known = this.#updates.get(key);
      if (known) return known;
      const { createdAt, events } = this.made(repository, at + 1);
      const made = Float64Array.from([createdAt, ...events.map((event) => event.at)]);
      this.#updates.set(key, made);
      return made;
    });
  }

  readonly #sorted = new Map<
    string,
    { readonly at: number; readonly list: ReadonlyArray<{ number: number; updatedAt: number }> }
  >();

  /** Pull requests that are there at `now`, those that changed last first. */
  updated(repository: MadeRepository, now: number): ReadonlyArray<{ number: number; updatedAt: number }> {
    const known = this.#sorted.get(repository.id);
    if (known?.at === now) return known.list;
    const list: Array<{ number: number; updatedAt: number }> = [];
    this.#changes(repository).forEach((changes, at) => {
      let last = -Infinity;
      for (const change of changes) if (change <= now) last = change;
      if (last > -Infinity) list.push({ number: at + 1, updatedAt: last });
    });
    list.sort((a, b) => b.updatedAt - a.updatedAt || b.number - a.number);
    this.#sorted.set(repository.id, { at: now, list });
    return list;
  }

  readonly #files = new Map<string, ReadonlyMap<string, string>>();
  readonly #tags = new Map<string, readonly string[]>();

  /** Files of its default branch, by path; none unless they are given. */
  files({ id }: MadeRepository): ReadonlyMap<string, string> {
    return this.#files.get(id) ?? new Map();
  }

  /** Tags, newest first; none unless they are given. */
  tags({ id }: MadeRepository): readonly string[] {
    return this.#tags.get(id) ?? [];
  }

  give({ id }: MadeRepository, { files = {}, tags = [] }: { files?: Readonly<Record<string, string>>; tags?: readonly string[] }): void {
    this.#files.set(id, new Map(Object.entries(files)));
    this.#tags.set(id, tags);
  } // prettier-ignore

  /** When the last pull request moved before `now`; the beginning where none has. */
  pushedAt(repository: MadeRepository, now: number): number {
    return this.updated(repository, now)[0]?.updatedAt ?? repository.startAt;
  }

  /** Commit at the tip of the default branch: of the last merge before `now`. */
  tip(repository: MadeRepository, now: number): string {
    return oidOf(this.#options.seed, repository.id, 'tip', Math.floor(now / DAY));
  }
}
