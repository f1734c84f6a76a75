// What a role may see, asked through the protocol as Grafana sends it: role in the plugin context, alert rules with their header.
import path from 'node:path';
import { testDatabase, type TestDatabase } from '../../../../collector/testing/database.ts';
import { grafanaSettings, PluginProcess } from '../fixtures/plugin-process.ts';
import { readFrame } from '../fixtures/read-frame.ts';
import { worldSql } from '../fixtures/small-groups-world.ts';

/** A team of four people, team-small; the next larger one, team-next, is shown with it or not at all. */
let database: TestDatabase;
let plugin: PluginProcess;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(worldSql({ small: 'few', bands: 'by group' }));
  // Of the small team everybody got the tool on a day of their own, as their first use tells.
  await database.pool.query(
    `update landing set basis = 'inferred';
     insert into landing select 'tool-small', 'change', 'team-small', '2026-03-18', 'inferred'`
  );
  plugin = await PluginProcess.start([process.execPath, path.join(import.meta.dirname, '..', 'main.ts')]);
}, 60_000);
afterAll(async () => {
  await plugin.stop();
  await database.close();
});

interface Who {
  readonly role?: string;
  readonly isAlert?: boolean;
  readonly adhocFilters?: readonly object[];
}

async function ask(
  queryType: string,
  params: object,
  { role, isAlert = false, adhocFilters = [] }: Who = { role: 'Viewer' }
) {
  const json = { queryType, params: { format: 'table', ...params }, version: 1, adhocFilters };
  const query = { json, from: '2026-03-09T00:00:00Z', to: '2026-06-05T00:00:00Z' };
  const headers: Record<string, string> = isAlert ? { FromAlert: 'true' } : {};
  const options = { ...(role === undefined ? {} : { role }), headers };
  const { A } = await plugin.query(grafanaSettings(database), [query], options);
  expect(A!.error).toBe('');
  const [frame] = A!.frames.map((bytes) => readFrame(bytes));
  const fields = frame!.fields.map((field) => [field.name, field.values as unknown[]] as const);
  const cells = Array.from({ length: frame!.length }, (_, row) =>
    Object.fromEntries(fields.map(([name, values]) => [name, values[row]]))
  );
  // A table without a row has one cell with the reason, and no other.
  const rows = fields.length === 1 && fields[0]?.[0] === 'nothing' ? [] : cells;
  return { rows, said: (frame!.meta?.notices ?? []).map(({ text }) => text).join('\n') };
}

describe('rows behind numbers', () => {
  const modes = ['changes', 'deployments', 'incidents', 'issues'];

  it.each(modes)(
    '%s: not one to a Viewer, nobody signed in, an unknown role or an alert rule, whatever they filter',
    async (mode) => {
      for (const who of [
        { role: 'Viewer' },
        {},
        { role: '' },
        { role: 'viewer' },
        { role: 'Grafana Admin' },
        { role: 'Admin', isAlert: true },
      ]) {
        for (const params of [{}, { team: ['team-small'] }, { repo: ['acme/small'] }, { limit: 1 }]) {
          const { rows, said } = await ask('evidence', { mode, ...params }, who);
          expect({ who, params, rows, isSaid: /^hidden: the rows behind numbers/.test(said) }).toEqual({
            who,
            params,
            rows: [],
            isSaid: true,
          });
        }
      }
    }
  );

  it.each(['Editor', 'Admin'])('are shown to an %s, without who did it or how they work', async (role) => {
    for (const mode of ['changes', 'incidents', 'issues']) {
      const { rows } = await ask('evidence', { mode }, { role });
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toMatch(/(small|next|large|rest)-\d|junior|zero/);
    }
  });

  it('are for those whom the data source names', async () => {
    const shown = async (rowReaders: string, role: string) => {
      const query = {
        json: { queryType: 'evidence', params: {}, version: 1 },
        from: '2026-03-20T00:00:00Z',
        to: '2026-06-05T00:00:00Z',
      };
      const { A } = await plugin.query(grafanaSettings(database, { rowReaders }, rowReaders), [query], { role });
      const [first] = readFrame(A!.frames[0]!).fields;
      return first !== undefined && first.name !== 'nothing' && first.values.length > 0;
    };
    expect(await shown('nobody', 'Admin')).toBe(false);
    expect(await shown('admins', 'Editor')).toBe(false);
    expect(await shown('everybody', 'Viewer')).toBe(true);
    expect(await shown('everybody', '')).toBe(false);
  });
});

describe('a Viewer', () => {
  it('gets no event of a small team alone, and no name of a team beside a first use', async () => {
    const all = await ask('delivery-events', { kind: 'landings' });
    expect(all.rows.map(({ text, tags }) => [text, tags])).toEqual([
      ['4 teams (inferred from the first use)', 'tool,agent'],
      ['1 team (inferred from the first use)', 'tool,tool-small'],
    ]);
    for (const team of [['team-small'], ['team-next'], ['team-small', 'team-large']]) {
      for (const kind of ['landings', 'deployments', 'policies']) {
        const { rows, said } = await ask('delivery-events', { kind, team });
        expect({ team, kind, rows, isSaid: /^hidden: .*shown only together/.test(said) }).toEqual({
          team,
          kind,
          rows: [],
          isSaid: true,
        });
      }
    }
    expect(
      (await ask('delivery-events', { kind: 'deployments', team: ['team-small', 'team-next'] })).rows.length
    ).toBeGreaterThan(0);
    expect((await ask('delivery-events', { kind: 'deployments', team: ['team-rest'] })).rows.length).toBeGreaterThan(0);
  });

  it.each([
    ['=', { value: 'team-small' }],
    ['=~', { value: '.*s.*m.*' }],
    ['=~', { value: 'team-(small|large)' }],
    ['!~', { value: 'team-[^n].*' }],
    ['=|', { values: ['team-large', 'team-next'] }],
    ['!=', { value: 'team-small' }],
    ['!=|', { values: ['team-rest', 'team-small'] }],
  ])('cannot single out a small team by an ad-hoc filter: %s %j', async (operator, given) => {
    const adhocFilters = [{ key: 'team', operator, ...given }];
    for (const [metric, params] of [
      ['durability', { mode: 'revert', groupBy: [] }],
      ['dora-by-source', { groupBy: [] }],
      ['review-queue', {}],
    ] as const) {
      const { rows } = await ask(metric, params, { role: 'Viewer', adhocFilters });
      expect({ metric, shown: rows.filter(({ n }) => n !== null) }).toEqual({ metric, shown: [] });
    }
    expect((await ask('delivery-events', { kind: 'deployments' }, { role: 'Viewer', adhocFilters })).rows).toEqual([]);
  });

  it('is not told which values a pattern stands for', async () => {
    const adhocFilters = [{ key: 'team', operator: '=~', value: '.*' }];
    const query = {
      json: { queryType: 'durability', params: {}, version: 1, adhocFilters },
      from: '2020-01-06T00:00:00Z',
      to: '2020-02-03T00:00:00Z',
    };
    const { A } = await plugin.query(grafanaSettings(database), [query], { role: 'Viewer' });
    expect(JSON.stringify(A!.frames.map((bytes) => readFrame(bytes).meta))).not.toContain('team-');
  });
});

describe('lists of values', () => {
  const list = async (dimension: string, filters: object = {}) => {
    const url = `dimensions/${dimension}?filters=${encodeURIComponent(JSON.stringify(filters))}`;
    const { body } = await plugin.resource(grafanaSettings(database), `dimensions/${dimension}`, { url });
    return (body as { values: Array<{ value: string }> }).values.map(({ value }) => value);
  };

  it('offer no value of a small group, and nothing of one', async () => {
    expect(await list('team')).toEqual(['team-large', 'team-next', 'team-rest']);
    expect(await list('repo')).not.toContain('acme/small');
    for (const filters of [
      { team: ['team-small'] },
      { team: ['team-large', 'team-small'] },
      { repo: ['acme/next'] },
      { seniority: ['junior'] },
    ]) {
      for (const dimension of ['code_source', 'size', 'tool', 'repo', 'service']) {
        // What it offers to everybody: a list is narrowed neither by its own filter nor by others that leave a few people.
        const values = await list(dimension);
        expect({ dimension, filters, values: await list(dimension, filters) }).toEqual({ dimension, filters, values });
      }
    }
    expect(await list('code_source', { team: ['team-small', 'team-next'] })).toEqual(['human']);
    expect(await list('code_source', { team: ['team-large'], repo: ['acme/large'] })).toEqual(
      await list('code_source')
    );
    expect((await list('code_source')).length).toBeGreaterThan(1);
    // Of a team what four of its people completed, and what nobody who is known did.
    await database.pool.query(`insert into workflow_completion
      select distinct on (w, c.person_id) (jsonb_populate_record(c, jsonb_build_object('workflow_id', w, 'unit_key', w || c.unit_key, 'person_id', case w when 'fours' then c.person_id else '' end))).*
      from workflow_completion c cross join unnest(array['fours', 'nobody']) w where c.person_id in ('large-1', 'large-2', 'large-3', 'large-4')`);
    expect(await list('workflow', { team: ['team-large'] })).toEqual(['change', 'nobody']);
  });
});
