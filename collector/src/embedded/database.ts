/** What stands in a new embedded server: the database, its roles, and the walls around the reader. */
import pg from 'pg';
import { buildReaderWalls } from '../store/reader-walls.ts';

/** Kept in `store.json` (mode 0600), so that Grafana's settings stay valid from start to start. */
export interface Secrets {
  readonly port: number;
  readonly admin: string;
  readonly writer: string;
  readonly reader: string;
  /** Folder of the data where it is not inside the home (data-folder.ts). */
  readonly data?: string;
}

export const database = 'throughline';
export const readerRole = 'throughline_reader';

/** URL of a database of the server. A secret. */
export function urlOf(user: string, password: string, { port, name }: { port: number; name: string }): string {
  return `postgres://${user}:${password}@127.0.0.1:${String(port)}/${name}`;
}

/** The roles and the database, made when missing; passwords set to what store.json says. */
export async function prepareDatabase(admin: pg.Client, secrets: Secrets): Promise<void> {
  const { rows } = await admin.query<{ writer: boolean; reader: boolean; database: boolean }>(
    `select exists (select from pg_roles where rolname = $1) as writer, exists (select from pg_roles where rolname = $2) as reader,
       exists (select from pg_database where datname = $3) as database`,
    [database, readerRole, database]
  );
  const role = (isThere: boolean | undefined, name: string): string =>
    `${isThere ? 'alter' : 'create'} role ${name} login password`;
  await admin.query(`${role(rows[0]?.writer, database)} ${pg.escapeLiteral(secrets.writer)} createrole createdb`);
  await admin.query(`${role(rows[0]?.reader, readerRole)} ${pg.escapeLiteral(secrets.reader)}`);
  if (!rows[0]?.database) {
    await admin.query(`create database ${database} owner ${database}`);
  }
}

/** The reader gets into this database only, and may do nothing in it but read. */
export async function buildWalls(secrets: Secrets, port: number): Promise<void> {
  const inside = await connectAdmin(secrets, port, database);
  await inside.query('revoke connect, temporary on database postgres, template1 from public');
  await buildReaderWalls(inside).finally(() => inside.end());
}

/** A connection of the superuser to prepare the server with; the caller ends it. */
export async function connectAdmin(secrets: Secrets, port: number, name = 'postgres'): Promise<pg.Client> {
  const admin = new pg.Client({
    connectionString: urlOf('postgres', secrets.admin, { port, name }),
    application_name: 'throughline rights',
  });
  admin.on('error', () => undefined);
  await admin.connect();
  return admin;
}
