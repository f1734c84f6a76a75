/** The sheet says of every table and column what it is, and is the one in docs. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CATEGORIES, PLACES } from './categories.ts';
import { dataFlowSheet, tablesIn, unsaid } from './data-flow.ts';

const at = (...parts: string[]): string => readFileSync(path.join(import.meta.dirname, '../../..', ...parts), 'utf8');
const schema = at('collector/schema.sql');

test('docs/data-flow.md is what the schema and the kinds say; write it anew with: npm run generate', () => {
  expect(at('docs/data-flow.md')).toBe(dataFlowSheet(schema));
});

test('no table and no column is without its kind, and each has the comment of the schema', () => {
  const tables = tablesIn(schema);
  expect(tables).toHaveLength(schema.match(/^create table /gm)?.length ?? 0);
  expect(unsaid(tables)).toEqual([]);
  const bare = tables.flatMap((one) => [one, ...one.columns].filter(({ comment }) => comment === ''));
  expect(bare).toEqual([]);
});

test('a new table and a new text column fail until they say what they are; a number says nothing of anybody', () => {
  const more = `${schema}
create table mood (
  person_id text not null,
  feeling text not null,
  at timestamp with time zone not null,
  primary key (person_id)
);
comment on table mood is 'One row per person.';
`;
  expect(unsaid(tablesIn(more))).toEqual(['mood', 'mood.feeling']);
  expect(() => dataFlowSheet(more)).toThrow('mood, mood.feeling');
});

test('whole tables of a category are tables of the schema', () => {
  const names = new Set(tablesIn(schema).map(({ table }) => table));
  const unknown = CATEGORIES.flatMap((category) => PLACES[category]).filter(({ table }) => !names.has(table));
  expect(unknown).toEqual([]);
});
