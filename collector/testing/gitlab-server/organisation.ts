/** A small organisation at a GitLab, and a store that it is read into. */
import { configSchema } from '../../src/config/schema.ts';
import { deriveAll } from '../../src/derive/derive.ts';
import { lineOf } from '../../src/errors.ts';
import { openJobs } from '../../src/jobs/list.ts';
import { runPass } from '../../src/jobs/run-once.ts';
import { newLogger } from '../../src/logger.ts';
import { progressOn } from '../../src/terminal/progress.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import type { Vendor } from '../vendors/serve.ts';
import { serveGitLab } from './server.ts';
import { addProject, newWorld, type Project, type User, type World } from './world.ts';

export const NOW = new Date('2026-06-01T12:00:00Z');
export const ana: User = { id: 7, username: 'ana' };
export const bo: User = { id: 8, username: 'bo' };
export const token: User = { id: 9, username: 'project_42_bot_0a1b2c', bot: true };
export const duo: User = { id: 10, username: 'duo_code_review_bot', bot: true };

/** An instant of May 2026. */
export const at = (day: number, hour = 9, minute = 0): string =>
  new Date(Date.UTC(2026, 4, day, hour, minute)).toISOString();

const FACTS = ['repo', 'account', 'change', 'change_event', 'change_watch', 'git_commit', 'commit_mark', 'build', 'deployment', 'incident', 'issue', 'issue_event', 'service', 'team', 'team_account', 'person', 'membership']; // prettier-ignore
const BOOKS = ['skipped', 'stream_state', 'found_scope', 'derive_state', 'dirty', 'rate_budget'];

/** Tables of facts whose rows are compared, without what the store numbers by order of arrival. */
const COMPARED = ['account', 'change', 'change_event', 'git_commit', 'commit_mark', 'deployment', 'incident', 'issue', 'issue_event', 'build', 'team_account']; // prettier-ignore
const NUMBERS = `array['repo_id', 'commit_no', 'change_id', 'deployment_id', 'incident_id', 'valid_from']`;

export interface RunOptions {
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

export interface Organisation {
  readonly db: TestDatabase;
  readonly world: World;
  readonly server: Vendor;
  readonly shop: Project;
  /** A new world and an empty store. */
  begin(more?: Partial<World>): Promise<void>;
  empty(): Promise<void>;
  section(more?: object): { gitlab: object };
  /** Runs all streams. @returns what failed, one line each. */
  run(more?: object, options?: RunOptions): Promise<string>;
  derive(): Promise<void>;
  query<Row extends object>(sql: string): Promise<Row[]>;
  skips(): Promise<string[]>;
  /** All facts as one text. */
  facts(): Promise<string>;
  close(): Promise<void>;
}

export async function openOrganisation(): Promise<Organisation> {
  const db = await testDatabase();
  await db.pool.query(`insert into secret (key, value) values ('person_hmac', $1) on conflict (key) do update set value = excluded.value`, ['5a'.repeat(32)]); // prettier-ignore
  const state: { world: World; server: Vendor | null; shop: Project | null } = { world: newWorld(), server: null, shop: null }; // prettier-ignore
  const server = (): Vendor => state.server as Vendor;
  const query = async <Row extends object>(sql: string): Promise<Row[]> => (await db.pool.query<Row>(sql)).rows;
  const section = (more: object = {}): { gitlab: object } => ({
    gitlab: { token: state.world.token, url: `${server().url}${state.world.below}`, paths: ['acme'], mirrors: false, since: '2026-01-01', ...more }, // prettier-ignore
  });
  const empty = async (): Promise<void> => {
    await db.pool.query(`truncate ${[...FACTS, ...BOOKS].join(', ')} cascade`);
  };
  return {
    db,
    get world() {
      return state.world;
    },
    get server() {
      return server();
    },
    get shop() {
      return state.shop as Project;
    },
    query,
    section,
    empty,
    begin: async (more = {}) => {
      state.server?.close();
      state.world = newWorld({ groups: [{ id: 5, path: 'acme', name: 'Acme', parent: null, members: [] }], users: [ana, bo], ...more }); // prettier-ignore
      state.server = await serveGitLab(state.world);
      state.shop = addProject(state.world, 'acme/platform/shop');
      await empty();
    },
    run: async (more = {}, { now = NOW, signal = new AbortController().signal } = {}) => {
      await db.pool.query('delete from rate_budget');
      const config = configSchema.parse(section(more));
      const context = { session: { pool: db.pool, home: '/nowhere' }, config, log: newLogger('silent'), cacheDir: '/nowhere', now: () => now }; // prettier-ignore
      const failures = await runPass(openJobs(context), { pool: db.pool, progress: progressOn(null), signal });
      return failures.map(({ job, error }) => `${job}: ${lineOf(error)}`).join('\n');
    },
    derive: () => deriveAll(db.pool, { config: configSchema.parse(section()), full: true }),
    skips: async () =>
      (await query<{ text: string }>(`select item || ': ' || reason as text from skipped order by 1`)).map(
        ({ text }) => text
      ),
    facts: async () => {
      const tables = await Promise.all(
        COMPARED.map(async (table) => {
          const rows = await query<{ line: string }>(`select '${table} ' || (to_jsonb(t) - ${NUMBERS})::text as line from ${table} t order by 1`); // prettier-ignore
          return rows.map(({ line }) => line);
        })
      );
      return tables.flat().join('\n');
    },
    close: async () => {
      state.server?.close();
      await db.close();
    },
  };
}
