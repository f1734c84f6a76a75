/**
 * People as of an instant: accounts, kinds, teams, experience, seats. Small tables, and still too large to be read whole for one change:
 * what is needed is read by `know`, once per derivation.
 */
import type { ActorKind } from './account.ts';
import type { DeriveSettings } from '../settings.ts';
import type { Client } from '../work-list.ts';

export type Seniority = 'junior' | 'mid' | 'senior' | 'unknown';

export interface Actor {
  /** Null = an account that is not joined, or no account at all. */
  readonly personId: string | null;
  readonly kind: ActorKind;
}

/** Name, and from when to when in ms since 1970; null = open. */
type Period = readonly [key: string, from: number, to: number | null];

/** Periods by person; the latest start wins where primary teams overlap, then the name. */
type Periods = Map<string, Period[]>;

const at = (periods: Periods, person: string, instant: number): Period | undefined =>
  periods.get(person)?.find(([, from, to]) => from <= instant && (to === null || instant < to));

function add(periods: Periods, [person, ...period]: readonly [string, ...Period]): void {
  const known = periods.get(person);
  if (known) known.push(period);
  else periods.set(person, [period]);
}

interface PeopleRow {
  readonly accounts: ReadonlyArray<readonly [account: string, kind: ActorKind, person: string | null]>;
  /** Holders of accounts that changed hands. */
  readonly holders: ReadonlyArray<readonly [account: string, ...Period]>;
  readonly persons: ReadonlyArray<readonly [person: string, kind: ActorKind, experienceStart: string | null]>;
  readonly teams: ReadonlyArray<readonly [person: string, ...Period]>;
  readonly seats: ReadonlyArray<readonly [person: string, ...Period]>;
  readonly all_seated?: boolean;
  readonly zones?: Readonly<Record<string, string>>;
}

const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)`;

/** $1 accounts, $2 persons. */
const PEOPLE = `
with whom as materialized (select account_id, kind, person_id from account where account_id = any($1::text[])),
held as materialized (
  select p.* from whom join account_person p using (account_id) where p.valid_from > '-infinity' or p.valid_to < 'infinity'),
ids as materialized (select person_id from whom where person_id is not null union select person_id from held union select unnest($2::text[]))
select
  (select coalesce(json_agg(json_build_array(account_id, kind, person_id)), '[]') from whom) as accounts,
  (select coalesce(json_agg(json_build_array(account_id, person_id, ${ms("nullif(valid_from, '-infinity')")}, ${ms("nullif(valid_to, 'infinity')")})), '[]')
   from held) as holders,
  (select coalesce(json_agg(json_build_array(person_id, kind, experience_start)), '[]') from ids join person using (person_id)) as persons,
  (select coalesce(json_agg(json_build_array(person_id, team_id, ${ms('valid_from')}, ${ms('valid_to')}) order by valid_from desc, team_id), '[]')
   from ids join membership using (person_id) where is_primary) as teams,
  (select coalesce(json_agg(json_build_array(person_id, tool_id, ${ms('valid_from')}, ${ms('valid_to')})), '[]')
   from ids join seat using (person_id)) as seats`;

/** Asked for beside the first people. */
const SHARED = `,
  (select count(*) > 0 and bool_and(exists (select from seat s where s.tool_id = t.tool_id)) from tool t) as all_seated,
  (select coalesce(json_object_agg(team_id, time_zone), '{}') from team where time_zone is not null) as zones`;

export class Directory {
  private readonly actors = new Map<string, Actor>();
  private readonly holders: Periods = new Map();
  private readonly experience = new Map<string, Date>();
  private readonly kinds = new Map<string, ActorKind>();
  private readonly teams: Periods = new Map();
  private readonly seats: Periods = new Map();
  private readonly askedAccounts = new Set<string>();
  private readonly askedPersons = new Set<string>();
  private zones: ReadonlyMap<string, string> | null = null;
  private hasAllSeats = false;
  private readonly settings: DeriveSettings;

  constructor(settings: DeriveSettings) {
    this.settings = settings;
  }

  /** Reads what is known of these accounts, their persons, and these persons. What was read before is not read again. */
  async know(
    client: Client,
    whom: { readonly accounts?: ReadonlyArray<string | null>; readonly persons?: readonly string[] }
  ): Promise<void> {
    const accounts = [...new Set(whom.accounts)].filter((one) => one !== null && !this.askedAccounts.has(one));
    const persons = [...new Set(whom.persons)].filter((one) => !this.askedPersons.has(one));
    if (accounts.length + persons.length === 0 && this.zones !== null) return;
    const sql = this.zones === null ? PEOPLE + SHARED : PEOPLE;
    const { rows } = await client.query<PeopleRow>(sql, [accounts, persons]);
    const [row = { accounts: [], holders: [], persons: [], teams: [], seats: [] }] = rows;
    this.hasAllSeats = row.all_seated ?? this.hasAllSeats;
    this.zones ??= new Map(Object.entries(row.zones ?? {}));
    const isNew = ([person]: readonly [string, ...unknown[]]): boolean => !this.askedPersons.has(person);
    for (const [person, kind, start] of row.persons.filter(isNew)) {
      this.kinds.set(person, kind);
      if (start !== null) this.experience.set(person, new Date(`${start}T00:00:00Z`));
    }
    for (const [account, kind, personId] of row.accounts)
      this.actors.set(account, { personId, kind: personId === null ? kind : (this.kinds.get(personId) ?? kind) });
    for (const [account, person, from, to] of row.holders) add(this.holders, [account, person, from ?? -Infinity, to]);
    for (const period of row.teams.filter(isNew)) add(this.teams, period);
    for (const period of row.seats.filter(isNew)) add(this.seats, period);
    for (const account of accounts) this.askedAccounts.add(account ?? '');
    for (const person of [
      ...persons,
      ...row.accounts.flatMap(([, , one]) => one ?? []),
      ...row.holders.map(([, one]) => one),
    ])
      this.askedPersons.add(person);
  }

  private mustKnow(asked: ReadonlySet<string>, who: string): void {
    if (!asked.has(who)) throw new Error('The directory was asked about somebody whom nobody told it to know.');
  }

  /**
   * Actor of an account at an instant, for an address may change hands (null = whoever has it now); an account that is not in the store is
   * taken for a human whom nobody knows.
   */
  actor(accountId: string | null, instant: Date | null): Actor {
    if (accountId === null) return { personId: null, kind: 'human' };
    this.mustKnow(this.askedAccounts, accountId);
    if (instant !== null && this.holders.has(accountId)) {
      const personId = at(this.holders, accountId, instant.getTime())?.[0] ?? null;
      return { personId, kind: (personId === null ? undefined : this.kinds.get(personId)) ?? 'human' };
    }
    return this.actors.get(accountId) ?? { personId: null, kind: 'human' };
  }

  /** Primary team; null = none known. */
  teamAt(personId: string | null, instant: Date): string | null {
    if (personId === null) return null;
    this.mustKnow(this.askedPersons, personId);
    return at(this.teams, personId, instant.getTime())?.[0] ?? null;
  }

  /** Band of professional experience (metrics.md 0.11), in whole calendar months. */
  seniorityAt(personId: string | null, instant: Date): Seniority {
    if (personId !== null) this.mustKnow(this.askedPersons, personId);
    const start = personId === null ? undefined : this.experience.get(personId);
    if (start === undefined) return 'unknown';
    const { mid, senior } = this.settings.seniorityMonths;
    const reached = (months: number): boolean => {
      const due = new Date(start);
      due.setUTCMonth(due.getUTCMonth() + months);
      return instant >= due;
    };
    return reached(senior) ? 'senior' : reached(mid) ? 'mid' : 'junior';
  }

  /** Seats are known for every configured tool, and the person held none. */
  isWithoutSeat(personId: string | null, instant: Date): boolean {
    if (personId === null) return false;
    this.mustKnow(this.askedPersons, personId);
    return this.hasAllSeats && at(this.seats, personId, instant.getTime()) === undefined;
  }

  zoneOf(teamId: string | null): string {
    return (teamId === null ? undefined : this.zones?.get(teamId)) ?? this.settings.timeZone;
  }
}
