/** What the role that reads a store may do there besides. */
import type { SqlQuery, Store } from './database.ts';

export interface Role {
  readonly name: string;
  readonly isSuperuser: boolean;
  readonly canWrite: boolean;
}

const ROLE: SqlQuery = {
  text: `select current_user::text as role,
  coalesce((select rolsuper from pg_roles where rolname = current_user), false) as is_superuser,
  coalesce((select bool_or(has_table_privilege(c.oid, 'insert, update, delete, truncate'))
    from pg_class c where c.relnamespace in (select oid from pg_namespace where nspname in ('public', 'pack')) and c.relkind in ('r', 'p')), false) as can_write`,
  values: [],
};

/** @throws BackendError from the connection. */
export async function readRole(store: Store, signal: AbortSignal): Promise<Role> {
  const found = (await store.run(ROLE, { signal, maxRows: 1 })).rows[0] ?? {};
  return {
    name: String(found['role']),
    isSuperuser: found['is_superuser'] === true,
    canWrite: found['can_write'] === true,
  };
}

/** Null = it can only read. */
export function whyNotAsReader({ name, isSuperuser, canWrite }: Role): string | null {
  const what = isSuperuser ? 'is a superuser' : canWrite ? 'can write to the store' : null;
  return what === null ? null : `role "${name}" ${what}`;
}
