/** Packs by person: sixty weeks of usage in one row for each configured way of counting, and of completed units. */
import { take, type Client } from '../work-list.ts';

const CHUNK = 500;

async function pack(client: Client, name: 'usage' | 'completion', persons: readonly string[]): Promise<void> {
  for (let from = 0; from < persons.length; from += CHUNK) {
    const chunk = [persons.slice(from, from + CHUNK)];
    await client.query(`delete from pack.${name}_pack where person_id = any($1::text[])`, chunk);
    await client.query(
      `insert into pack.${name}_pack select * from pack.${name}_packing where person_id = any($1::text[])`,
      chunk
    );
  }
}

/** Packs the weeks of usage of persons anew; who has none any more has no pack. */
export const packWeeks = (client: Client, persons: readonly string[]): Promise<void> => pack(client, 'usage', persons);

/** Packs the completed units of the persons on the list anew. Takes `units`. */
export async function packUnits(client: Client): Promise<void> {
  const persons = (await take(client, 'units')).map(({ item }) => item);
  await pack(client, 'completion', persons.sort());
}
