/** Subject access: everything that the store holds about a person, as a document that can be read without the schema. */
import type pg from 'pg';
import { tablesOf } from './erase.ts';
import { identifiersOf, type FoundPerson } from './find-person.ts';

/** What is held in a table. */
export interface HeldRows {
  /** What a row is, as the schema says. */
  readonly what: string;
  readonly rows: readonly unknown[];
}

export interface PersonExport {
  readonly accounts: readonly object[];
  /** By table. */
  readonly held: Readonly<Record<string, HeldRows>>;
  /** Rows that are not theirs and whose texts name them: how many, by table and column. What they say of others is not shown. */
  readonly mentions: Readonly<Record<string, number>>;
}

const isId = (column: string): boolean => /(?:^|_)(?:account|person)_id$/.test(column);
/** Copies of facts for panels, and the collector's own books. */
const LEFT_OUT = /^(?:pack\.|secret$|dirty$|erased$|derive_state$)/;

/** A row in the person's own words: pseudonyms of others are left out, of themselves they are `yes`; a repository goes by its name. */
const readable = (table: string, columns: readonly string[]): string => {
  const parts = columns.map((name) =>
    isId(name)
      ? `'is_${name.replace(/_id$/, '')}', case when t.${name} = any($1::text[]) then true end`
      : name === 'repo_id'
        ? `'repository', (select slug from repo r where r.repo_id = t.repo_id)`
        : `'${name}', to_jsonb(t.${name})`
  );
  return `jsonb_strip_nulls(jsonb_build_object(${parts.join(', ')}))`;
};

async function commentOf(client: pg.ClientBase, table: string): Promise<string> {
  const { rows } = await client.query<{ text: string | null }>(
    `select obj_description($1::regclass, 'pg_class') as text`,
    [table]
  );
  return rows[0]?.text ?? '';
}

/** Reads it; writes nothing. */
export async function exportPerson(client: pg.ClientBase, person: FoundPerson): Promise<PersonExport> {
  const ids = [...person.personIds, ...person.accounts.map(({ account_id }) => account_id)];
  const names = identifiersOf(person)
    .filter(({ kind }) => kind === 'name')
    .map(({ value }) => value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  const held: Record<string, HeldRows> = {};
  const mentions: Record<string, number> = {};
  for (const { table, columns } of (await tablesOf(client)).filter((one) => !LEFT_OUT.test(one.table))) {
    const all = [...columns.keys()];
    const own = all.filter(isId);
    const isTheirs =
      own.length === 0
        ? 'false'
        : `(${own.map((name) => `coalesce(t.${name} = any($1::text[]), false)`).join(' or ')})`;
    if (own.length > 0 && table !== 'account') {
      const { rows } = await client.query<{ row: unknown }>(
        `select ${readable(
          table,
          all.filter((name) => columns.get(name) !== 'bytea')
        )} as row from ${table} t where ${isTheirs}`,
        [ids]
      );
      if (rows.length > 0) held[table] = { what: await commentOf(client, table), rows: rows.map(({ row }) => row) };
    }
    for (const [name, type] of columns) {
      const text =
        type === 'bytea'
          ? table === 'inbox'
            ? `encode(t.${name}, 'escape')`
            : null
          : /^(?:text|text\[\]|jsonb?)$/.test(type)
            ? `t.${name}::text`
            : null;
      if (text === null || isId(name) || table === 'account') continue;
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::integer as n from ${table} t where not ${isTheirs} and ${text} ~* $2 and cardinality($1::text[]) >= 0`,
        [ids, names.join('|') || '^$ never']
      );
      const n = rows[0]?.n ?? 0;
      if (n > 0) mentions[`${table}.${name}`] = n;
    }
  }
  return { accounts: person.accounts.map(({ account_id: _id, ...rest }) => rest), held, mentions };
}
