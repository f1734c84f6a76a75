/** What only a superuser can take away from everybody, and with it from the role that panels read with. */
import type pg from 'pg';

/**
 * Functions of Postgres that anybody may call: they keep (large objects, messages in the log of changes), lock, or end the work of
 * others. The owner of the database keeps them: the collector locks by advisory locks.
 */
export const READER_WALLS = `do $walls$
declare
  one regprocedure;
  writer name := (select pg_get_userbyid(datdba) from pg_database where datname = current_database());
begin
  for one in
    select oid::regprocedure from pg_proc where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f'
      and proname ~ '^(lo_.*|loread|lowrite|pg_(try_)?advisory_.*|pg_logical_emit_message|pg_notify|pg_(cancel|terminate)_backend)$'
  loop
    execute format('grant execute on function %s to %I', one, writer);
    execute format('revoke execute on function %s from public', one);
  end loop;
  alter role throughline_reader set default_transaction_read_only = on;
end $walls$`;

/** Builds the walls in the database of a superuser's connection; a second time changes nothing. */
export async function buildReaderWalls(superuser: pg.ClientBase): Promise<void> {
  await superuser.query(READER_WALLS);
}

/** Builds them where the collector's own user is a superuser, as in a container of its own. */
export async function buildReaderWallsIfAllowed(db: pg.Pool): Promise<void> {
  const { rows } = await db.query<{ is_superuser: boolean }>(
    `select current_setting('is_superuser') = 'on' as is_superuser`
  );
  if (rows[0]?.is_superuser) {
    await db.query(READER_WALLS);
  }
}

/** Whether they stand. Without a superuser they cannot be built, and the rights on tables are all there is. */
export async function hasReaderWalls(db: pg.Pool): Promise<boolean> {
  const { rows } = await db.query<{ may_more: boolean }>(
    `select has_function_privilege('throughline_reader', 'pg_advisory_lock(bigint)', 'execute')
       or has_database_privilege('throughline_reader', current_database(), 'temporary') as may_more`
  );
  return rows[0]?.may_more === false;
}
