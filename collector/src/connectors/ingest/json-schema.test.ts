/** docs/ingest.schema.json: what is published is what is checked. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ingestSchema } from '../../../scripts/field-docs.ts';
import { kinds } from './schema.ts';

type Kind = keyof typeof kinds;
const root = path.join(import.meta.dirname, '../../../..');
const published = readFileSync(path.join(root, 'docs/ingest.schema.json'), 'utf8');
const { $defs } = JSON.parse(published) as { readonly $defs: Record<Kind, Parameters<typeof z.fromJSONSchema>[0]> };
const isTaken = (kind: Kind, document: object): readonly [bySchema: boolean, byCollector: boolean] => [
  z.fromJSONSchema($defs[kind]).safeParse(document).success,
  kinds[kind].safeParse(document).success,
];

const SHA = 'a'.repeat(40);
const AT = '2026-11-20T10:00:00Z';
const GOOD: ReadonlyArray<readonly [Kind, object]> = [
  ['deploy', { id: 'd', service: 'shop', sha: SHA, repo: 'acme/shop', finished_at: AT, kind: null }],
  ['deploy', { id: 'd', commits: [{ repo: 'acme/shop', sha: SHA }], source: 'jenkins' }],
  ['incident', { id: 'i', started_at: AT, severity: 's1', cause_sha: 'a1b2c3d', customer_reported: true }],
  ['change', { repo: 'acme/shop', number: 7, title: 'Cart', created_at: AT, author: { login: 'ana' }, labels: ['x'] }],
  ['change', { repo: 'acme/shop', number: '7', title: 'Cart', created_at: AT }],
  ['review', { repo: 'acme/shop', number: 7, id: 'r', reviewer: { email: 'bo@acme.io' }, state: 'approved', submitted_at: AT }],
  ['build', { repo: 'acme/shop', id: 'b', name: 'ci', attempt: 2, finished_at: AT, result: 'timed_out' }],
]; // prettier-ignore
const BAD: ReadonlyArray<readonly [Kind, object]> = [
  ['deploy', {}],
  ['deploy', { id: '', service: 'shop' }],
  ['deploy', { id: 'd', service: 'shop', sah: SHA }],
  ['deploy', { id: 'd', repo: 'acme/shop', sha: '9f1c2ab' }],
  ['deploy', { id: 'd', service: 'shop', source: 'No Name' }],
  ['deploy', { id: 'd', service: 'shop', finished_at: '2026-11-20T10:00:00' }],
  ['deploy', { id: 'd', service: 'shop', kind: 'odd' }],
  ['incident', { id: 'i' }],
  ['incident', { id: 'i', started_at: AT, severity: 'P1' }],
  ['change', { repo: 'acme/shop', number: 0, title: 't', created_at: AT }],
  ['change', { repo: 'acme/shop', number: 1, title: 't', created_at: AT, author: { login: 'ana', mail: 'x' } }],
  ['review', { repo: 'acme/shop', number: 7, id: 'r', reviewer: { login: 'bo' }, state: 'APPROVED', submitted_at: AT }],
  ['build', { repo: 'acme/shop', id: 'b', name: 'ci', attempt: 1.5 }],
]; // prettier-ignore

test('the file is what the schemas generate', async () => {
  expect(published).toBe(await ingestSchema(root));
  expect(Object.keys($defs)).toEqual(Object.keys(kinds));
});

test.each(GOOD)('%s %j is taken, and the published schema says so', (kind, document) => {
  expect(isTaken(kind, document)).toEqual([true, true]);
});

test.each(BAD)('%s %j is refused, and the published schema says so', (kind, document) => {
  expect(isTaken(kind, document)).toEqual([false, false]);
});
