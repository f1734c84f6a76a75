/** docs/ingest.schema.json: what is published is what is checked. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { fastify } from 'fastify';
import { ingestSchema } from '../../../scripts/field-docs.ts';
import { CollectorError } from '../../errors.ts';
import { readDocuments } from './read.ts';
import { kinds, RESERVED_SOURCES } from './schema.ts';

type Kind = keyof typeof kinds;
type Check = (document: unknown) => boolean;
const KINDS = Object.keys(kinds) as Kind[];
const root = path.join(import.meta.dirname, '../../../..');
const published = readFileSync(path.join(root, 'docs/ingest.schema.json'), 'utf8');
const { $defs } = JSON.parse(published) as { readonly $defs: Record<Kind, object> };

/** A validator of JSON Schema that is none of ours: fastify's, without its leniency. */
const bySchema = new Map<Kind, Check>();
beforeAll(async () => {
  const ajv = { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strict: false, validateFormats: false } } as const; // prettier-ignore
  const app = fastify({ ajv });
  app.get('/', (request) => {
    for (const kind of KINDS) bySchema.set(kind, request.compileValidationSchema($defs[kind]) as Check);
    return {};
  });
  await app.inject('/');
  await app.close();
});

/** Late enough that nothing lies ahead of it. */
const NOW = new Date(Date.UTC(9999, 0));
/** What two instants come to is no word of JSON Schema. */
const OF_ORDER = /: lies before (?:started_at|created_at)/;

/** What the collector says of a body; null = it takes it. */
function refusal(kind: Kind, document: unknown): string | null {
  const body = Buffer.from(JSON.stringify(document));
  try {
    readDocuments<object>(body, kinds[kind], {
      now: NOW,
      toPage: () => ({ repository: null, rows: [], notices: [] }),
    });
    return null;
  } catch (error) {
    if (error instanceof CollectorError) return error.message;
    throw error;
  }
}
const isTaken = (kind: Kind, document: unknown): readonly [bySchema: boolean | undefined, byCollector: boolean] => [
  bySchema.get(kind)?.(document),
  refusal(kind, document) === null,
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
  ['tool-event', { id: 't', tool: 'our-agent', at: AT }],
  ['tool-event', { id: 't', tool: 'our-agent', at: AT, user: { email: 'bo@acme.io' }, repo: 'acme/shop', number: 7, lines_accepted: 0, cost_usd: 0.5 }],
]; // prettier-ignore
const BAD: ReadonlyArray<readonly [Kind, object]> = [
  ['deploy', {}],
  ['deploy', { id: '', service: 'shop' }],
  ['deploy', { id: 'd', service: 'shop', sah: SHA }],
  ['deploy', { id: 'd', repo: 'acme/shop', sha: '9f1c2ab' }],
  ['deploy', { id: 'd', service: 'shop', source: 'No Name' }],
  ['deploy', { id: 'd', service: 'shop', finished_at: '2026-11-20T10:00:00' }],
  ['deploy', { id: 'd', service: 'shop', kind: 'odd' }],
  ['deploy', { id: 'd' }],
  ['deploy', { id: 'd', service: '  ' }],
  ['deploy', { id: 'd', service: 'shop', sha: SHA }],
  ['deploy', { id: 'd', service: 'shop', source: 'github' }],
  ['deploy', { id: 'd', service: 'shop', status: 'fine' }],
  ['incident', { id: 'i' }],
  ['incident', { id: 'i', started_at: AT, severity: 'P1' }],
  ['incident', { id: 'i', started_at: '1989-12-31T23:59:59Z' }],
  ['incident', { id: 'i\0', started_at: AT }],
  ['change', { repo: 'acme/shop', number: 0, title: 't', created_at: AT }],
  ['change', { repo: 'acme/shop', number: 1, title: 't', created_at: AT, author: { login: 'ana', mail: 'x' } }],
  ['change', { repo: 'acme/shop', number: 1, title: 't', created_at: AT, author: {} }],
  ['review', { repo: 'acme/shop', number: 7, id: 'r', reviewer: { login: 'bo' }, state: 'APPROVED', submitted_at: AT }],
  ['build', { repo: 'acme/shop', id: 'b', name: 'ci', attempt: 1.5 }],
  ['build', { repo: 'acme/shop', id: 'b', name: 'ci', result: 'success' }],
  ['tool-event', { id: 't', tool: 'Our Agent', at: AT }],
  ['tool-event', { id: 't', tool: 'our-agent', at: AT, number: 7 }],
  ['tool-event', { id: 't', tool: 'our-agent', at: AT, lines_accepted: -1 }],
  ['tool-event', { id: 't', tool: 'our-agent', at: AT, output_tokens: 1e11 }],
  ['tool-event', { id: 't', tool: 'our-agent', at: AT, cost_usd: 'NaN' }],
  ['tool-event', { id: 't', tool: 'our-agent', at: AT, user: {} }],
]; // prettier-ignore

test('the file is what the schemas generate', async () => {
  expect(published).toBe(await ingestSchema(root));
  expect(Object.keys($defs)).toEqual(KINDS);
});

test.each(GOOD)('%s %j is taken, and the published schema says so', (kind, document) => {
  expect(isTaken(kind, document)).toEqual([true, true]);
});

test.each(BAD)('%s %j is refused, and the published schema says so', (kind, document) => {
  expect(isTaken(kind, document)).toEqual([false, false]);
});

/** Values at the edges of what some field takes. */
const EDGES: readonly unknown[] = [
  ...['', ' ', 'x', ' x ', '\u00a0', '\u00a0x', 'x\u200b', 'x\0', '\ud800', 'x\udfff', '\u{1f600}', 'ſuccess', '\u212a'],
  ...[99, 100, 101, 200, 201, 300, 301, 1000, 1001, 2001].flatMap((n) => ['a'.repeat(n), `${'a'.repeat(n)} `, '\u{1f600}'.repeat(n)]),
  ...[6, 7, 39, 40, 41, 63, 64, 65].flatMap((n) => ['a'.repeat(n), 'A'.repeat(n)]),
  ...['a'.repeat(100_000), 'a'.repeat(100_001), '\u{1f600}'.repeat(60_000)],
  ...[AT, '1989-12-31T23:59:59Z', '1990-01-01T00:00:00+14:00', '1990-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T24:00:00Z', '2026-01-01T10:00Z', '2026-01-01T10:00:00.123456789-05:30', '2024-02-29T00:00:00Z', '0001-01-01T00:00:00Z', '10000-01-01T00:00:00Z', ` ${AT}`, `${AT}\n`, AT.toLowerCase()],
  ...['success', 'SUCCESS', 'Failed', 'aborted', 'fine', 'rollback', 's1', 'approved', 'run', 'check', 'timed_out'],
  ...[...RESERVED_SOURCES, 'GitHub', 'jenkins', 'a-b.c_d', '-a', 'a\n'],
  ...['bo@acme.io', 'BO@ACME.IO', 'bo@acme', 'b..o@acme.io', '.bo@acme.io', ' bo@acme.io', `${'a'.repeat(320)}@b.io`],
  ...['https://x', 'HTTPS://X/Y', 'https://', 'https://x y', 'https://x/\u00a0', 'https://x/\u2028y', 'https://x/\0', 'https://u@x', 'ftp://x', `https://x/${'a'.repeat(1990)}`, `https://x/${'a'.repeat(1991)}`],
  ...[0, 1, -1, 1.5, 1e21, 2 ** 53 - 1, 2 ** 53, '0', '7', '07', '9999999999', '10000000000', '7\n'],
  ...[null, true, false, [], {}, [null], ['x'], [{}], Array(101).fill('x'), [' ']],
  ...[[{ repo: 'acme/shop', sha: SHA }], [{ repo: 'acme/shop', sha: SHA, ref: null }], [{ repo: ' ', sha: SHA }], Array(2).fill({ repo: 'a', sha: SHA })],
  ...[{ login: 'ana' }, { email: 'bo@acme.io', login: null }, { email: null }, { name: 'Ana' }, { login: 'x', is_bot: 'no' }],
]; // prettier-ignore

const keysOf = (kind: Kind): string[] => [...Object.keys((($defs[kind] as { properties: object }).properties)), 'other', 'constructor']; // prettier-ignore

/** A good document of which some fields are something else, or not there. */
const documents = (kind: Kind): fc.Arbitrary<Record<string, unknown>> => {
  const value = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...EDGES) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) }
  );
  const change = fc.tuple(fc.constantFrom(...keysOf(kind)), fc.option(value, { nil: undefined, freq: 6 }));
  return fc
    .tuple(fc.constantFrom(...GOOD.filter(([one]) => one === kind)), fc.array(change, { maxLength: 3 }))
    .map(([[, good], changes]) => {
      const changed = { ...good, ...Object.fromEntries(changes) };
      return Object.fromEntries(Object.entries(changed).filter(([, one]) => one !== undefined));
    });
};

test.each(KINDS)('%s: the published schema takes a document exactly if the collector does', (kind) => {
  const counts = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(documents(kind), (document) => {
      const said = refusal(kind, document);
      if (said !== null && OF_ORDER.test(said)) return;
      counts[said === null ? 'taken' : 'refused'] += 1;
      expect({ isTaken: bySchema.get(kind)?.(document), said }).toEqual({ isTaken: said === null, said });
    }),
    { numRuns: 2000 }
  );
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(200);
});

test.each(KINDS)('%s: every field at every edge', (kind) => {
  const [, good] = GOOD.find(([one]) => one === kind) ?? [kind, {}];
  const different = keysOf(kind).flatMap((key) =>
    EDGES.flatMap((edge) => {
      const said = refusal(kind, { ...good, [key]: edge });
      const isSame = bySchema.get(kind)?.({ ...good, [key]: edge }) === (said === null) || OF_ORDER.test(said ?? '');
      return isSame ? [] : [{ key, edge: JSON.stringify(edge).slice(0, 80), said }];
    })
  );
  expect(different).toEqual([]);
});
