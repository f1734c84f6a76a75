/**
 * Teams of a forge with their members. A forge tells who is in a team now, not since when: the first look counts for all time before it, and
 * whoever comes or goes later does so on the day when it was first seen. Pure.
 */
import type { HouseRow } from '../connector.ts';
import { keyed } from '../foreign.ts';

export interface FoundMember {
  readonly account: string;
  /** Of the account. */
  readonly rows: readonly HouseRow[];
  readonly role: string;
}

export interface FoundTeam {
  readonly id: string;
  readonly title: string;
  readonly parent: string | null;
  readonly members: readonly FoundMember[];
}

const byId = (a: FoundTeam, b: FoundTeam): number => (a.id < b.id ? -1 : 1);

/** Parents before their children. */
function inOrder(teams: readonly FoundTeam[]): FoundTeam[] {
  const known = new Map(teams.map((team) => [team.id, team]));
  const depth = (team: FoundTeam, seen = 0): number => {
    const parent = team.parent === null || seen > 20 ? undefined : known.get(team.parent);
    return parent === undefined ? 0 : 1 + depth(parent, seen + 1);
  };
  return [...teams].sort((a, b) => depth(a) - depth(b) || byId(a, b));
}

/** The smallest team of each member is where they work; of equals the first by name. */
function primaries(teams: readonly FoundTeam[]): Map<string, string> {
  const best = new Map<string, string>();
  for (const { id, members } of [...teams].sort((a, b) => a.members.length - b.members.length || byId(a, b))) {
    for (const { account } of members) if (!best.has(account)) best.set(account, id);
  }
  return best;
}

/** Everybody has been there as long as anybody knows, when nobody was known before. */
const EVER = '1970-01-01T00:00:00.000Z';

const teamRow = ({ id, title, parent }: FoundTeam, source: string): HouseRow => ({
  table: 'team',
  values: { team_id: id, title, ...(parent === null ? {} : { parent_team_id: parent }), source },
});

/** Rows of all teams, and since when who is a member. @param before As the last look gave it; null = it is the first. */
export function teamRows(
  teams: readonly FoundTeam[],
  { before, at, source }: { readonly before: Readonly<Record<string, string>> | null; readonly at: Date; readonly source: string }
): { readonly rows: HouseRow[]; readonly members: Record<string, string> } {
  const main = primaries(teams);
  const known = keyed(before ?? undefined);
  const members = keyed<string>();
  const rows: HouseRow[] = [];
  for (const team of inOrder(teams)) {
    rows.push(teamRow(team, source));
    for (const { account, rows: own, role } of team.members) {
      const key = `${team.id}/${account}`;
      const since = known[key] ?? (before === null ? EVER : at.toISOString());
      members[key] = since;
      for (const row of own) rows.push(row);
      rows.push({ table: 'team_account', values: { account_id: account, team_id: team.id, valid_from: new Date(since), valid_to: null, is_primary: main.get(account) === team.id, role } }); // prettier-ignore
    }
  }
  for (const [key, since] of Object.entries(known)) {
    const slash = key.indexOf('/');
    if (members[key] === undefined) rows.push({ table: 'team_account', values: { account_id: key.slice(slash + 1), team_id: key.slice(0, slash), valid_from: new Date(since), valid_to: at } }); // prettier-ignore
  }
  return { rows, members };
} // prettier-ignore
