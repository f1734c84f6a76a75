/**
 * Rows that the configuration owns: services, teams, members, landing dates, workflows, bands of tools. What it wrote last is kept in
 * `setting` under `configured`, so that what left the configuration leaves the store, and rows of other sources stay.
 */
import type pg from 'pg';
import type { Config } from '../../config/schema.ts';
import { readErased } from '../../privacy/tombstones.ts';
import { installSecret, pseudonyms, sourceNames } from '../../store/pseudonym.ts';

/** Keys of the rows of a kind, as JSON arrays. */
interface Owned {
  readonly service: readonly string[];
  readonly team: readonly string[];
  readonly tool: readonly string[];
  /** person, team */
  readonly membership: ReadonlyArray<readonly string[]>;
  /** tool, team or '', workflow or '' */
  readonly landing: ReadonlyArray<readonly string[]>;
  /** id, version */
  readonly workflow: ReadonlyArray<readonly [string, number]>;
  /** workflow, tool */
  readonly workflowTool: ReadonlyArray<readonly string[]>;
}

const none: Owned = { service: [], team: [], tool: [], membership: [], landing: [], workflow: [], workflowTool: [] };

/** As the `default` and `team.<id>` keys of `landed_at` are stored. */
const landings = (id: string, workflow: string, landedAt: Readonly<Record<string, string>> | undefined): string[][] =>
  Object.keys(landedAt ?? {}).map((key) => [
    id,
    key === 'default' ? '' : key.startsWith('team.') ? key.slice(5) : key,
    workflow,
  ]);

function ownedBy(config: Config, membership: Owned['membership']): Owned {
  const parents = config.teams.flatMap(({ parent }) => parent ?? []);
  return {
    service: config.services.map(({ id }) => id),
    team: [...new Set([...parents, ...config.teams.map(({ id }) => id)])],
    tool: config.tools.map(({ id }) => id),
    membership,
    landing: [
      ...config.tools.flatMap((tool) => landings(tool.id, '', tool.landed_at)),
      ...config.workflows.flatMap(({ id, tools }) => tools.flatMap((tool) => landings(tool.id, id, tool.landed_at))),
    ],
    workflow: config.workflows.map(({ id, version }) => [id, version]),
    workflowTool: config.workflows.flatMap(({ id, tools }) => tools.map((tool) => [id, tool.id])),
  };
}

/** Keys of `before` that are not among `now`. */
function gone<T>(before: readonly T[], now: readonly T[]): T[] {
  const kept = new Set(now.map((key) => JSON.stringify(key)));
  return before.filter((key) => !kept.has(JSON.stringify(key)));
}

const column = (keys: ReadonlyArray<readonly unknown[]>, index: number): unknown[] => keys.map((key) => key[index]);

async function writeServices(client: pg.ClientBase, config: Config): Promise<void> {
  await client.query(
    `insert into service as s (service_id, title) select id, coalesce(title, id) from json_to_recordset($1::json) as c(id text, title text)
     on conflict (service_id) do update set title = excluded.title where s.title <> excluded.title`,
    [JSON.stringify(config.services)]
  );
}

/** Whether tools sign what they write in a repository, as the house says. */
async function writeMarking(client: pg.ClientBase, { ai }: Config): Promise<void> {
  await client.query(
    `update repo r set marking = m.marking
     from (select repo_id, coalesce($1::jsonb ->> slug, $1::jsonb ->> '*') as marking from repo) m
     where m.repo_id = r.repo_id and r.marking is distinct from m.marking`,
    [JSON.stringify(ai.marking)]
  );
}

async function writeTeams(client: pg.ClientBase, { teams }: Config, all: readonly string[]): Promise<void> {
  await client.query(
    `insert into team (team_id, title) select id, id from unnest($1::text[]) as t(id) on conflict do nothing`,
    [all]
  );
  await client.query(
    `update team t set title = coalesce(c.title, t.title), parent_team_id = coalesce(c.parent, t.parent_team_id),
       time_zone = coalesce(c.time_zone, t.time_zone)
     from json_to_recordset($1::json) as c(id text, title text, parent text, time_zone text) where t.team_id = c.id
       and row(coalesce(c.title, t.title), coalesce(c.parent, t.parent_team_id), coalesce(c.time_zone, t.time_zone))
         is distinct from row(t.title, t.parent_team_id, t.time_zone)`,
    [JSON.stringify(teams)]
  );
}

/** Persons of the members' addresses, with their teams; whoever has a history from people.csv needs none. */
async function membersOf(client: pg.ClientBase, config: Config, before: Owned): Promise<Owned['membership']> {
  const { personId } = pseudonyms(await installSecret(client));
  const asked = config.teams.flatMap(({ id, members }) => members.map((member) => [member.trim().toLowerCase(), id]));
  const { rows: known } = await client.query<{ email: string; person_id: string }>(
    `select email, min(person_id) as person_id from (
       select a.email, coalesce(c.person_id, a.person_id) as person_id from account a left join account_claim c using (account_id)
       where a.email = any($1::text[]) and not a.has_conflict) a
     where person_id is not null group by email having count(distinct person_id) = 1`,
    [column(asked, 0)]
  );
  const persons = new Map(known.map(({ email, person_id }) => [email, person_id]));
  const isErased = await readErased(client);
  const wanted = asked
    .filter(
      ([email = '']) => isErased === null || !(isErased('name', email) || isErased('id', sourceNames.personId(email)))
    )
    .map(([email = '', team = '']) => [persons.get(email) ?? personId(email), team]);
  const { rows: others } = await client.query<{ person_id: string }>(
    `select distinct m.person_id from membership m where m.person_id = any($1::text[]) and m.source = 'given' and not exists (
       select from unnest($2::text[], $3::text[]) as o(person, team) where o.person = m.person_id and o.team = m.team_id)`,
    [column(wanted, 0), column(before.membership, 0), column(before.membership, 1)]
  );
  const taken = new Set(others.map(({ person_id }) => person_id));
  return wanted.filter(([person = '']) => !taken.has(person));
}

async function writeMembers(client: pg.ClientBase, config: Config, members: Owned['membership']): Promise<void> {
  const given = [column(members, 0), column(members, 1)];
  const { personId } = pseudonyms(await installSecret(client));
  const addresses = config.teams.flatMap((team) => team.members).map((address) => address.trim().toLowerCase());
  const keys = new Map(addresses.map((address) => [personId(address), address]));
  await client.query(
    `insert into person (person_id, kind, source_key) select distinct person, 'human', key from unnest($1::text[], $2::text[]) as m(person, key) on conflict do nothing`,
    [given[0], members.map(([person = '']) => keys.get(person) ?? null)]
  );
  const { rows } = await client.query<{ person_id: string }>(
    `insert into membership (person_id, team_id, valid_from) select distinct person, team, timestamptz 'epoch'
     from unnest($1::text[], $2::text[]) as m(person, team) on conflict do nothing returning person_id`,
    given
  );
  await markPersons(
    client,
    column(
      rows.map(({ person_id }) => [person_id]),
      0
    )
  );
}

async function markPersons(client: pg.ClientBase, persons: readonly unknown[]): Promise<void> {
  await client.query(
    `insert into dirty (kind, repo_id, item) select distinct 'identity', 0, person from unnest($1::text[]) as p(person) on conflict do nothing`,
    [persons]
  );
}

/** Workflows, landing dates and bands that left the configuration. What depends on them is derived anew by their fingerprints. */
async function removeDefinitions(client: pg.ClientBase, before: Owned, now: Owned): Promise<void> {
  const landing = gone(before.landing, now.landing);
  await client.query(
    `delete from tool_landing l using unnest($1::text[], $2::text[], $3::text[]) as g(tool, team, workflow)
     where l.tool_id = g.tool and l.team_id = g.team and l.workflow_id = g.workflow`,
    [0, 1, 2].map((index) => column(landing, index))
  );
  const workflow = gone(before.workflow, now.workflow);
  await client.query(
    `delete from workflow w using unnest($1::text[], $2::integer[]) as g(id, version) where w.workflow_id = g.id and w.version = g.version`,
    [column(workflow, 0), column(workflow, 1)]
  );
  const tools = gone(before.workflowTool, now.workflowTool);
  await client.query(
    `delete from workflow_tool t using unnest($1::text[], $2::text[]) as g(workflow, tool) where t.workflow_id = g.workflow and t.tool_id = g.tool`,
    [column(tools, 0), column(tools, 1)]
  );
  await client.query(
    'delete from workflow_tool t where not exists (select from workflow w where w.workflow_id = t.workflow_id)'
  );
  await client.query(
    'update tool set measure = default, low_min = default, high_min = default where tool_id = any($1::text[])',
    [gone(before.tool, now.tool)]
  );
}

/** Services, teams and members that left the configuration; one that something else names stays, under its plain name. */
async function removeOrganisation(client: pg.ClientBase, before: Owned, now: Owned): Promise<void> {
  const members = gone(before.membership, now.membership);
  const { rows } = await client.query<{ person_id: string }>(
    `delete from membership m using unnest($1::text[], $2::text[]) as g(person, team)
     where m.person_id = g.person and m.team_id = g.team and m.valid_from = timestamptz 'epoch' returning m.person_id`,
    [column(members, 0), column(members, 1)]
  );
  await markPersons(
    client,
    column(
      rows.map(({ person_id }) => [person_id]),
      0
    )
  );
  const services = gone(before.service, now.service);
  await client.query('update service set title = service_id where service_id = any($1::text[])', [services]);
  await client.query(
    `delete from service s where service_id = any($1::text[]) and not exists (select from repo r where r.service_id = s.service_id)
       and not exists (select from deployment d where d.service_id = s.service_id)
       and not exists (select from incident i where i.service_id = s.service_id)`,
    [services]
  );
  const teams = gone(before.team, now.team);
  await client.query(
    `update team set title = team_id, parent_team_id = null, time_zone = null where team_id = any($1::text[]) and source = 'config'`,
    [teams]
  );
  await client.query(
    `delete from team t where team_id = any($1::text[]) and source = 'config'
       and not exists (select from repo r where r.owner_team_id = t.team_id)
       and not exists (select from membership m where m.team_id = t.team_id)
       and not exists (select from team c where c.parent_team_id = t.team_id)`,
    [teams]
  );
}

/**
 * First step of the derivation, in its transaction: brings services, teams and members to what the configuration says, and takes away
 * definitions that left it; workflows.ts writes those that are there.
 */
export async function writeOrganisation(client: pg.ClientBase, config: Config): Promise<void> {
  const { rows } = await client.query<{ value: Owned }>(`select value from setting where key = 'configured'`);
  const before = { ...none, ...rows[0]?.value };
  await writeServices(client, config);
  await writeMarking(client, config);
  const teams = ownedBy(config, []).team;
  await writeTeams(client, config, teams);
  const now = ownedBy(config, await membersOf(client, config, before));
  await writeMembers(client, config, now.membership);
  await removeDefinitions(client, before, now);
  await removeOrganisation(client, before, now);
  await client.query(
    `insert into setting as s (key, value) values ('configured', $1) on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at
     where s.value <> excluded.value`,
    [JSON.stringify(now)]
  );
}
