import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { configSchema } from '../../config/schema.ts';
import type { HouseRow } from '../../connector.ts';
import { ensureRepo, writePage } from '../../store/write-page.ts';
import { deriveAll } from '../derive.ts';
import { isOfService } from './service-folders.ts';

const row = (table: HouseRow['table'], values: HouseRow['values']): HouseRow => ({ table, values });
const at = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`;
const SHAS = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(40));

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  const repoId = await ensureRepo(pool, 'acme/mono');
  const changes = SHAS.flatMap((sha, index) => [
    row('git_commit', {
      sha,
      parents: SHAS.slice(0, index).slice(-1),
      authored_at: at(index + 1),
      committed_at: at(index + 1),
      subject: 'x',
      change_key: sha,
    }),
    row('change', {
      change_key: sha,
      kind: 'direct',
      title: 'x',
      merged_at: at(index + 1),
      merge_sha: sha,
      source: 'git',
    }),
  ]);
  const deployments = ['web', 'api', 'ops'].flatMap((service) => [
    row('service', { service_id: service, title: service }),
    ...[0, 3].map((index) =>
      row('deployment', {
        source: 'git',
        external_id: `${service}@${String(index)}`,
        service_id: service,
        environment: 'production',
        sha: SHAS[index] ?? '',
        finished_at: at(index + 10),
        result: 'success',
      })
    ),
  ]);
  await writePage(pool, { streamId: 'test', repoId, page: { rows: [...changes, ...deployments], cursor: null } });
  await pool.query('update deployment set repo_id = $1', [repoId]);
  // b touches web, c touches api in a folder deeper down, d touches what they share.
  for (const [sha, path] of [
    [SHAS[1], 'web/index.ts'],
    [SHAS[2], 'apps/api/main.go'],
    [SHAS[3], 'lib/common.ts'],
  ]) {
    await pool.query(
      `with p as (insert into path (repo_id, path_id, path, kind)
         select $1, count(*) + 1, $2, 'code' from path where repo_id = $1 returning path_id)
       insert into line_span (repo_id, origin_no, path_id, born_at, lines, effective_lines)
       select $1, g.commit_no, p.path_id, g.committed_at, 1, 1 from p, git_commit g where g.repo_id = $1 and g.sha = $3`,
      [repoId, path, sha]
    );
  }
  await deriveAll(pool, { config: configSchema.parse({}) });
});
afterAll(() => database.close());

describe('a monorepo', () => {
  it.each([
    ['web', ['b', 'd']],
    ['api', ['c', 'd']],
    ['ops', ['b', 'c', 'd']],
  ])(
    'ships with %s what touches its folder, and what touches no service; one without a folder ships all',
    async (service, letters) => {
      const { rows } = await database.pool.query<{ change_key: string }>(
        `select f.change_key from deployment_change c join change_fact f on f.repo_id = c.repo_id and f.change_id = c.change_id
       join deployment_fact d on d.deployment_id = c.deployment_id where d.service_id = $1 order by 1`,
        [service]
      );
      expect(rows.map((one) => one.change_key[0])).toEqual(letters);
    }
  );

  it('has no comparison where no folder is known', () => {
    expect(isOfService('1', 'web', { withFolder: new Set(), byChange: new Map([['1', new Set(['api'])]]) })).toBe(true);
  });
});
