/** People as of an instant: accounts, kinds, teams, experience, seats. Small tables, read once per derivation. */
import type { ActorKind } from './join-accounts.ts';
import type { DeriveSettings } from '../settings.ts';
import type { Client } from '../work-list.ts';

export type Seniority = 'junior' | 'mid' | 'senior' | 'unknown';

export interface Actor {
  /** Null = an account that is not joined, or no account at all. */
  readonly personId: string | null;
  readonly kind: ActorKind;
}

interface Period {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** Periods by person; the latest start wins where primary teams overlap, then the name. */
type Periods = Map<string, Period[]>;

const at = (periods: Periods, person: string, instant: number): Period | undefined =>
  periods.get(person)?.find(({ from, to }) => from <= instant && instant < to);

function add(periods: Periods, person: string, period: Period): void {
  const known = periods.get(person);
  if (known) known.push(period);
  else periods.set(person, [period]);
}

export class Directory {
  private readonly actors = new Map<string, Actor>();
  private readonly experience = new Map<string, Date>();
  private readonly kinds = new Map<string, ActorKind>();
  private readonly teams: Periods = new Map();
  private readonly seats: Periods = new Map();
  private readonly zones = new Map<string, string>();
  private hasAllSeats = false;
  private readonly settings: DeriveSettings;

  private constructor(settings: DeriveSettings) {
    this.settings = settings;
  }

  static async load(client: Client, settings: DeriveSettings): Promise<Directory> {
    const directory = new Directory(settings);
    await directory.loadPeople(client);
    await directory.loadPeriods(client);
    return directory;
  }

  private async loadPeople(client: Client): Promise<void> {
    const persons = await client.query<{ person_id: string; kind: ActorKind; experience_start: string | null }>(
      'select person_id, kind, experience_start::text from person'
    );
    for (const row of persons.rows) {
      this.kinds.set(row.person_id, row.kind);
      if (row.experience_start !== null)
        this.experience.set(row.person_id, new Date(`${row.experience_start}T00:00:00Z`));
    }
    const accounts = await client.query<{ account_id: string; kind: ActorKind; person_id: string | null }>(
      'select account_id, kind, person_id from account'
    );
    for (const row of accounts.rows) {
      const kind = row.person_id === null ? row.kind : (this.kinds.get(row.person_id) ?? row.kind);
      this.actors.set(row.account_id, { personId: row.person_id, kind });
    }
  }

  private async loadPeriods(client: Client): Promise<void> {
    const ms = (value: Date | null): number => value?.getTime() ?? Infinity;
    const members = await client.query<{ person_id: string; team_id: string; valid_from: Date; valid_to: Date | null }>(
      'select person_id, team_id, valid_from, valid_to from membership where is_primary order by valid_from desc, team_id'
    );
    for (const row of members.rows)
      add(this.teams, row.person_id, { key: row.team_id, from: ms(row.valid_from), to: ms(row.valid_to) });
    const seats = await client.query<{ person_id: string; tool_id: string; valid_from: Date; valid_to: Date | null }>(
      'select person_id, tool_id, valid_from, valid_to from seat'
    );
    for (const row of seats.rows)
      add(this.seats, row.person_id, { key: row.tool_id, from: ms(row.valid_from), to: ms(row.valid_to) });
    const tools = await client.query<{ all_seated: boolean }>(
      'select count(*) > 0 and bool_and(exists (select from seat s where s.tool_id = t.tool_id)) as all_seated from tool t'
    );
    this.hasAllSeats = tools.rows[0]?.all_seated ?? false;
    const zones = await client.query<{ team_id: string; time_zone: string }>(
      'select team_id, time_zone from team where time_zone is not null'
    );
    for (const row of zones.rows) this.zones.set(row.team_id, row.time_zone);
  }

  /** Actor of an account; an unknown account is taken for a human whom nobody knows. */
  actor(accountId: string | null): Actor {
    return (accountId === null ? undefined : this.actors.get(accountId)) ?? { personId: null, kind: 'human' };
  }

  /** Primary team; null = none known. */
  teamAt(personId: string | null, instant: Date): string | null {
    return personId === null ? null : (at(this.teams, personId, instant.getTime())?.key ?? null);
  }

  /** Band of professional experience (metrics.md 0.11), in whole calendar months. */
  seniorityAt(personId: string | null, instant: Date): Seniority {
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
    return personId !== null && this.hasAllSeats && at(this.seats, personId, instant.getTime()) === undefined;
  }

  zoneOf(teamId: string | null): string {
    return (teamId === null ? undefined : this.zones.get(teamId)) ?? this.settings.timeZone;
  }
}
