/**
 * Erases a person from the store, in one transaction: it is done or it is not. What only they have (use of tools, licences, names,
 * addresses) is removed; what totals rest on (commits, changes, reviews) stays with a random id that nothing leads back from.
 */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { forgetDerived } from '../derive/forget.ts';
import { CollectorError } from '../errors.ts';
import { isUnmade } from '../store/pseudonym.ts';
import { PLACES } from './categories.ts';
import { isCleaned } from './data-flow.ts';
import type { FoundPerson } from './find-person.ts';
import { identifiersOf } from './find-person.ts';
import { cleanBodies, cleanCursors, renameDeliveries } from './erase-books.ts';
import { cleanBody, cleaned } from './texts.ts';
import { bury, formsOf, readErased, type Identifier, type IsErased } from './tombstones.ts';

/** What was done. */
export interface Erasure {
  readonly person: FoundPerson;
  /** Rows that were removed, by table. */
  readonly removed: ReadonlyMap<string, number>;
  /** Rows that stay without the person, by table. */
  readonly cleaned: ReadonlyMap<string, number>;
}

interface TableColumns {
  readonly table: string;
  readonly columns: ReadonlyMap<string, string>;
}

const COLUMNS = `select c.oid::regclass::text as "table", json_object_agg(a.attname, format_type(a.atttypid, null)) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace in ('public'::regnamespace, 'pack'::regnamespace) and c.relkind in ('r', 'p') group by 1 order by 1`;

/** Tables with their columns and types. */
export async function tablesOf(client: pg.ClientBase | pg.Pool): Promise<TableColumns[]> {
  const { rows } = await client.query<{ table: string; columns: Record<string, string> }>(COLUMNS);
  return rows.map(({ table, columns }) => ({ table, columns: new Map(Object.entries(columns)) }));
}

const isReference = (column: string, of: 'person' | 'account'): boolean =>
  column === `${of}_id` || column.endsWith(`_${of}_id`);

/** Documents are read as text: numbers longer than ours stay what they are. */
const isDocument = (columns: TableColumns['columns'], name: string): boolean =>
  columns.get(name)?.startsWith('json') === true;

/** Tables of names that are removed or anonymised by themselves, and what is written anew. */
const APART: ReadonlySet<string> = new Set([
  'account',
  'person',
  'account_join',
  'secret',
  'throughline_migration',
  'erased',
]);

/** Signs of encodings (encodings/views.ts) and marks over letters, as PostgreSQL looks for them. */
const ENCODED =
  '%[0-9a-f]{2}|&#?[a-z0-9]+|[=][0-9a-f]{2}|[=]\\?|\\\\[ux\\\\"/nrt]|[^[:space:]][+][^[:space:]]|[\u0300-\u036f\uff00-\uffef]';

class Eraser {
  private readonly client: pg.ClientBase;
  private readonly person: FoundPerson;
  private readonly accountIds: readonly string[];
  private tables: readonly TableColumns[] = [];
  readonly removed = new Map<string, number>();
  readonly cleaned = new Map<string, number>();

  constructor(client: pg.ClientBase, person: FoundPerson) {
    this.client = client;
    this.person = person;
    this.accountIds = person.accounts.map(({ account_id }) => account_id);
  }

  private count(into: Map<string, number>, table: string, rows: number | null): void {
    if (rows !== null && rows > 0) into.set(table, (into.get(table) ?? 0) + rows);
  }

  private async delete(table: string, where: string, values: readonly unknown[]): Promise<void> {
    const { rowCount } = await this.client.query(`delete from ${table} where ${where}`, [...values]);
    this.count(this.removed, table, rowCount);
  }

  /** Use of tools and licences: beside a commit, whose author any clone tells, they would be theirs again. */
  private async removeUsage(): Promise<void> {
    await this.client.query(
      `delete from session_commit s using agent_session a where s.tool_id = a.tool_id and s.session_id = a.session_id
         and (a.account_id = any($1::text[]) or a.person_id = any($2::text[]))`,
      [this.accountIds, this.person.personIds]
    );
    const places = new Set(PLACES.usage.map(({ table }) => table));
    for (const { table, columns } of this.tables.filter((one) => places.has(one.table))) {
      for (const column of columns.keys()) {
        const ids = isReference(column, 'account')
          ? this.accountIds
          : isReference(column, 'person')
            ? this.person.personIds
            : null;
        if (ids !== null) await this.delete(table, `${column} = any($1::text[])`, [ids]);
      }
    }
  }

  private async isNamed(accountId: string): Promise<boolean> {
    for (const { table, columns } of this.tables.filter(
      (one) => !APART.has(one.table) && one.table !== 'account_claim'
    )) {
      for (const column of [...columns.keys()].filter((name) => isReference(name, 'account'))) {
        const { rowCount } = await this.client.query(`select from ${table} where ${column} = $1 limit 1`, [accountId]);
        if (rowCount !== 0) return true;
      }
    }
    return false;
  }

  private async replace(of: 'person' | 'account', before: string, after: string): Promise<void> {
    for (const { table, columns } of this.tables.filter((one) => !APART.has(one.table))) {
      for (const column of [...columns.keys()].filter((name) => isReference(name, of))) {
        const { rowCount } = await this.client.query(`update ${table} set ${column} = $2 where ${column} = $1`, [
          before,
          after,
        ]);
        this.count(this.cleaned, table, rowCount);
      }
    }
  }

  /** Facts that stay get ids of nobody; accounts and people that none names are removed. */
  private async anonymise(): Promise<void> {
    const { personIds, accounts } = this.person;
    const anonymous = randomBytes(8).toString('hex');
    await this.client.query(`insert into person (person_id, kind) values ($1, 'human')`, [anonymous]);
    await this.client.query(`delete from account_join where account_id = any($1::text[])`, [this.accountIds]);
    await this.client.query(`update account_join set person_id = $2 where person_id = any($1::text[])`, [
      personIds,
      anonymous,
    ]);
    await this.delete('account_claim', 'account_id = any($1::text[])', [this.accountIds]);
    for (const { account_id: before, provider, kind } of accounts) {
      if (!(await this.isNamed(before))) continue;
      const after = `${provider}:${randomBytes(8).toString('hex')}`;
      await this.client.query(`insert into account (account_id, provider, kind) values ($1, $2, $3)`, [
        after,
        provider,
        kind,
      ]);
      await this.client.query(
        `insert into account_claim (account_id, person_id, source, valid_from) values ($1, $2, 'erased', timestamptz 'epoch')`,
        [after, anonymous]
      );
      await this.replace('account', before, after);
    }
    for (const before of personIds) await this.replace('person', before, anonymous);
    await this.client.query('update membership set extra = null, role = null where person_id = $1', [anonymous]);
    await this.delete('dirty', 'item = any($1::text[])', [[...this.accountIds, ...personIds]]);
    await this.delete('account', 'account_id = any($1::text[])', [this.accountIds]);
    await this.delete('person', 'person_id = any($1::text[])', [personIds]);
  }

  /** Names, documents and words of people that name them, in whichever table. */
  private async cleanTexts(isErased: IsErased, identifiers: readonly Identifier[]): Promise<void> {
    // Between words of a name may be any space, in a document written as \n.
    const words = [
      ...new Set(
        identifiers
          .filter(({ value }) => !isUnmade(value))
          .flatMap(formsOf)
          .map(({ value }) =>
            value
              .replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
              .replace(
                /(,?)\s+/g,
                (_all, comma: string) => `${comma}([[:space:]\u00a0]|\\\\[nrt])${comma === '' ? '+' : '*'}`
              )
          )
      ),
    ];
    // What is encoded, or composed in another way, is looked at whatever it says.
    const pattern = `${ENCODED}|${words.join('|')}`;
    for (const { table, columns } of this.tables.filter((one) => !APART.has(one.table))) {
      const texts = [...columns].filter(([name, type]) => isCleaned(table, name, type)).map(([name]) => name);
      if (texts.length === 0) continue;
      const found = await this.client.query<Record<string, unknown> & { place: string }>(
        `select ctid::text as place, ${texts.map((name) => (isDocument(columns, name) ? `${name}::text` : name)).join(', ')} from ${table} t where concat_ws(' ', ${texts.map((name) => `t.${name}::text`).join(', ')}) ~* $1`,
        [pattern]
      );
      for (const { place, ...row } of found.rows) await this.writeClean(table, place, { row, columns, isErased });
    }
  }

  private async writeClean(
    table: string,
    place: string,
    { row, columns, isErased }: { row: Record<string, unknown>; columns: TableColumns['columns']; isErased: IsErased }
  ): Promise<void> {
    const changed = Object.entries(row).flatMap(([name, value]) => {
      const clean =
        isDocument(columns, name) && typeof value === 'string' ? cleanBody(value, isErased) : cleaned(value, isErased);
      return JSON.stringify(clean) === JSON.stringify(value) ? [] : [[name, clean] as const];
    });
    if (changed.length === 0) return;
    const values = changed.map(([, value]) => value);
    await this.leaveOneNote(table, place, new Map(changed).get('item'));
    try {
      const sets = changed.map(([name], at) => `${name} = $${String(at + 2)}`).join(', ');
      await this.client.query(`update ${table} set ${sets} where ctid = $1::tid`, [place, ...values]);
    } catch (error) {
      const { code, constraint } = error as { code?: unknown; constraint?: unknown };
      if (!/^23/.test(String(code))) throw error;
      const names = changed.map(([name]) => name).join(', ');
      throw new CollectorError({
        code: 'person_not_erased',
        message: `Nothing was erased: a row of ${table} without the person (${names}) would break ${String(constraint)}. Change or delete that row, then erase again; it is a fault of ours worth reporting.`,
        fault: 'collector',
      });
    }
    this.count(this.cleaned, table, 1);
  }

  /** What was left out is noted once: without the name two notes may be the same. */
  private async leaveOneNote(table: string, place: string, item: unknown): Promise<void> {
    if (table !== 'skipped' || item === undefined) return;
    await this.client.query(
      `delete from skipped other using skipped one where one.ctid = $1::tid and other.stream_id = one.stream_id
         and other.item = $2 and other.ctid <> one.ctid`,
      [place, item]
    );
  }

  async run(): Promise<void> {
    const identifiers = identifiersOf(this.person);
    // Waits for pages that are being written; those that come then know.
    await this.client.query('lock table erased in access exclusive mode');
    await bury(this.client, identifiers);
    const isErased = await readErased(this.client);
    if (isErased === null) return;
    this.tables = await tablesOf(this.client);
    await forgetDerived(this.client);
    await this.removeUsage();
    await this.anonymise();
    const count = (table: string): void => this.count(this.cleaned, table, 1);
    await renameDeliveries(this.client, isErased, count);
    await this.cleanTexts(isErased, identifiers);
    await cleanCursors(this.client, isErased, count);
    await cleanBodies(this.client, isErased, count);
  }
}

/** Erases in the caller's transaction; nobody may derive meanwhile, and everything is to be derived afterwards. @throws CollectorError `person_not_erased`. */
export async function erasePerson(client: pg.ClientBase, person: FoundPerson): Promise<Erasure> {
  const eraser = new Eraser(client, person);
  await eraser.run();
  return { person, removed: eraser.removed, cleaned: eraser.cleaned };
}
