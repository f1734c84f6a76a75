/**
 * Replaces the key of pseudonyms, and with it every pseudonym of the store, in one transaction: it is done or it is not. People and accounts
 * stay who they are, later pages find them, and answers stay what they were. With the old key gone nobody can tell whose an old
 * pseudonym was (docs/decisions/0007-a-key-of-pseudonyms-that-can-be-replaced.md).
 */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { NOTE_DERIVED } from '../derive/derive.ts';
import { transaction } from '../store/connection.ts';
import { copyInto } from '../store/copy.ts';
import { installSecret, makeSecret, pseudonyms } from '../store/pseudonym.ts';
import { isCleaned, saysOf } from './data-flow.ts';
import { tablesOf } from './erase.ts';
import { ROTATED } from './rotated.ts';

/** What was done. */
export interface Rotation {
  readonly people: number;
  readonly accounts: number;
  /** Tables with rows that were written anew. */
  readonly tables: readonly string[];
}

/** Two pseudonyms of one person or account. */
type Renaming = readonly [before: string, after: string];

interface NamedRow {
  readonly id: string;
  readonly provider: string;
  readonly source_key: string | null;
}

/** The digits of a pseudonym, without the provider. */
const digits = (id: string): string => id.slice(id.lastIndexOf(':') + 1);
const random = (): string => randomBytes(8).toString('hex');
const PSEUDONYM = /(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])/g;

/** Texts of machines that hold pseudonyms beside the columns that are some: work that waits, and books of the collector. */
const HOLD_SOME = new Set(['dirty.item', 'setting.value', 'stream_state.cursor']);
const mayHold = (table: string, column: string, type: string): boolean =>
  HOLD_SOME.has(`${table}.${column}`) || isCleaned(table, column, type);

class Rotator {
  private readonly client: pg.ClientBase;
  private readonly changed = new Set<string>();

  constructor(client: pg.ClientBase) {
    this.client = client;
  }

  /** Of whom the store knows what the pseudonym was made of: the same under the new key. Of others nobody could make it again. */
  private async renamings(): Promise<{ readonly people: Renaming[]; readonly accounts: Renaming[] }> {
    const { personId, accountId } = pseudonyms(await installSecret(this.client));
    const named = async (table: string, provider: string): Promise<readonly NamedRow[]> =>
      (
        await this.client.query<NamedRow>(
          `select ${table}_id as id, ${provider} as provider, source_key from ${table} order by 1`
        )
      ).rows;
    return {
      people: (await named('person', `''`)).map(({ id, source_key: key }) => [
        id,
        key === null ? random() : personId(key),
      ]),
      accounts: (await named('account', 'provider')).map(({ id, provider, source_key: key }) => [
        id,
        key === null ? `${provider}:${random()}` : accountId(provider, key),
      ]),
    };
  }

  /** COPY, since what is copied stands in no log of the server. */
  private async keep(renamings: readonly Renaming[]): Promise<void> {
    await this.client.query(
      'create temporary table renaming (before text primary key, after text not null) on commit drop'
    );
    await copyInto(this.client, { table: 'renaming', columns: ['before', 'after'], rows: renamings });
    await this.client.query('analyze renaming');
  }

  private async update(table: string, sql: string, values: readonly unknown[] = []): Promise<void> {
    const { rowCount } = await this.client.query(sql, [...values]);
    if (rowCount !== null && rowCount > 0) this.changed.add(table);
  }

  /** Rows that name people refer to rows of theirs, so these come first and the old ones go last. */
  private async renamePeople(columns: readonly string[], work: () => Promise<void>): Promise<void> {
    const others = columns.filter((name) => name !== 'person_id').join(', ');
    await this.update(
      'person',
      `insert into person (person_id, ${others}) select r.after, ${others} from person p join renaming r on r.before = p.person_id`
    );
    await work();
    await this.update('person', 'delete from person p using renaming r where p.person_id = r.before');
  }

  private async renameIn(table: string, columns: readonly string[]): Promise<void> {
    for (const column of columns) {
      await this.update(
        table,
        `update ${table} t set ${column} = r.after from renaming r where t.${column} = r.before`
      );
    }
  }

  /** Texts that name a pseudonym among other words. */
  private async renameTexts(
    table: string,
    columns: ReadonlyMap<string, string>,
    after: ReadonlyMap<string, string>
  ): Promise<void> {
    for (const [column, type] of [...columns].filter(([name, of]) => mayHold(table, name, of))) {
      const { rows } = await this.client.query<{ place: string; text: string }>(
        `select ctid::text as place, ${column}::text as text from ${table} where ${column}::text ~ '[0-9a-f]{16}'`
      );
      const found = rows.flatMap(({ place, text }) => {
        const renamed = text.replace(PSEUDONYM, (one) => after.get(one) ?? one);
        return renamed === text ? [] : [{ place, text: renamed }];
      });
      for (const { place, text } of found) {
        await this.update(table, `update ${table} set ${column} = $2::text::${type} where ctid = $1::tid`, [
          place,
          text,
        ]);
      }
    }
  }

  /** Packs hold digests of pseudonyms, in their order. */
  private async packAnew(): Promise<void> {
    for (const name of ['survival', 'deployment']) {
      await this.update(`pack.${name}_pack`, `delete from pack.${name}_pack`);
      await this.update(`pack.${name}_pack`, `insert into pack.${name}_pack select * from pack.${name}_packing`);
    }
  }

  async run(): Promise<Rotation> {
    // Waits for pages that are being written; those that come then make pseudonyms under the new key.
    await this.client.query('lock table secret in access exclusive mode');
    await this.client.query(`select set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true)`);
    await makeSecret(this.client, 'person_hmac');
    const { people, accounts } = await this.renamings();
    await this.keep([...people, ...accounts]);
    const after = new Map([...people, ...accounts].map(([before, now]) => [digits(before), digits(now)]));
    const tables = (await tablesOf(this.client)).filter(({ table }) => table !== 'secret' && table !== 'erased');
    const columnsOf = tables.find(({ table }) => table === 'person')?.columns ?? new Map<string, string>();
    await this.renamePeople([...columnsOf.keys()], async () => {
      for (const { table, columns } of tables) {
        const named = [...columns].filter(
          ([name, type]) => type === 'text' && saysOf(table, name, type) === 'a pseudonym'
        );
        if (table !== 'person')
          await this.renameIn(
            table,
            named.map(([name]) => name)
          );
      }
    });
    for (const { table, columns } of tables) await this.renameTexts(table, columns, after);
    await this.packAnew();
    await this.client.query(
      `insert into setting as s (key, value) values ('${ROTATED}', to_jsonb(now()))
       on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`
    );
    await this.client.query(NOTE_DERIVED);
    return { people: people.length, accounts: accounts.length, tables: ['secret', 'setting', ...this.changed] };
  }
}

/** Nobody may derive meanwhile. Old rows stay in the pages of tables until they are vacuumed. */
export async function rotatePseudonyms(pool: pg.Pool): Promise<Rotation> {
  return transaction(pool, (client) => new Rotator(client).run());
}
