/** The fixtures are what the template of the README renders of applications. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PushedPage } from '../../connector.ts';
import { section } from './config.ts';
import { connector } from './index.ts';
import { applicationPages } from './normalize.ts';
import { application } from './schema.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];

interface App {
  readonly metadata: object;
  readonly spec: object;
  readonly status: Record<string, unknown>;
}
const fixture = (name: string): App => JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8')) as App; // prettier-ignore

function pagesOf(given: unknown, more: object = {}): PushedPage[] {
  return applicationPages(application.parse(given), { section: section.parse({ tokens: ['t-t-t-t'], ...more }), now: NOW }); // prettier-ignore
}
const told = (pages: readonly PushedPage[]): unknown[] =>
  pages.flatMap(({ repository, rows }) =>
    rows.flatMap(
      ({ table, values: v }) =>
      table === 'deployment' ? [[repository, v['sha'], v['result'], v['kind'], (v['started_at'] as Date).toISOString().slice(5, 16)]] : [] // prettier-ignore
    )
  );
const reasons = (pages: readonly PushedPage[]): string[] => pages.flatMap(({ skips = [] }) => skips.map(({ item, reason }) => `${item}: ${reason}`)); // prettier-ignore
const valuesOf = (pages: readonly PushedPage[]): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  pages.flatMap(({ rows }) => rows.filter(({ table }) => table === 'deployment').map(({ values }) => values));

test('the worked example: a sync of the same again is no deployment, and what goes back is a rollback of the last', () => {
  const pages = pagesOf(fixture('shop'));
  expect(told(pages)).toEqual([
    ['acme/shop', A, 'success', 'unknown', '03-01T10:00'],
    ['acme/shop', B, 'success', 'unknown', '03-02T10:00'],
    ['acme/shop', A, 'success', 'rollback', '03-03T10:00'],
  ]);
  const values = valuesOf(pages);
  expect(values[2]).toMatchObject({
    source: 'argocd',
    service_id: 'shop',
    environment: 'production',
    web_url: 'https://argocd.example/applications/argocd/shop',
    rollback_of: '0c3f8f0e-6a51-4f3e-9d1b-000000000001/2026-03-02T10:00:00.000Z',
  });
  expect(new Set(values.map((one) => one['external_id'])).size).toBe(3);
  expect(reasons(pages)).toEqual([]);
});

test('another parameter with the same revision is a deployment', () => {
  const shop = fixture('shop');
  const history = (shop.status['history'] as Array<Record<string, unknown>>).map((one) => (one['id'] === 2 ? { ...one, digest: 'other' } : one)); // prettier-ignore
  expect(told(pagesOf({ ...shop, status: { ...shop.status, history } }))).toHaveLength(4);
});

test('of several sources the commit is of the first with code; a sync that failed is told, and one of single resources is none', () => {
  const cart = fixture('several-sources');
  const pages = pagesOf(cart, { services: { cart: 'basket' } });
  expect(told(pages)).toEqual([
    ['acme/cart', B, 'success', 'unknown', '03-01T10:01'],
    [null, null, 'failure', 'unknown', '03-04T10:00'],
  ]);
  expect(valuesOf(pages).map((one) => one['service_id'])).toEqual(['basket', 'basket']);
  const operationState = { ...(cart.status['operationState'] as object), isPartial: true };
  expect(told(pagesOf({ ...cart, status: { ...cart.status, operationState } }))).toHaveLength(1);
  const none = pagesOf(cart, { repositories: { '*acme/cart*': 'none' } });
  expect(valuesOf(none)[0]).toMatchObject({ sha: null, ref: '1.2.3', repo_id: null });
  expect(reasons(none)).toEqual([
    expect.stringContaining('argocd argocd/cart: no source or image tells a commit of code'),
  ]);
});

test('an application of applications tells nothing of its own', () => {
  expect(pagesOf(fixture('of-applications'))).toEqual([]);
});

test('with images the newest is of the commit of its tag, and no earlier one is of what runs now', () => {
  const shop = fixture('shop');
  const images = ['docker.io/library/redis:7', 'registry.example:5000/acme/web', `ghcr.io/acme/shop:sha-${B.toUpperCase()}@sha256:${'0'.repeat(64)}`]; // prettier-ignore
  const given = { ...shop, status: { ...shop.status, images } };
  const pages = pagesOf(given, { images: { 'ghcr.io/acme/*': 'acme/shop-code' } });
  expect(told(pages).map((row) => (row as unknown[]).slice(0, 2))).toEqual([[null, null], [null, null], ['acme/shop-code', B]]); // prettier-ignore
  // What was told with its commit is not replaced when it is told without.
  const order = valuesOf(pages).map((one) => String(one['state_order']));
  expect((order[2] ?? '') > (order[0] ?? '')).toBe(true);
});

test('what is not known is not production: by name, namespace, cluster and project, else it is named', () => {
  const at = (destination: object, environments: object = {}): unknown => valuesOf(pagesOf({ ...fixture('shop'), spec: { project: 'team-a', destination } }, { environments }))[0]?.['environment']; // prettier-ignore
  expect(at({ namespace: 'prod' })).toBe('production');
  expect(at({ namespace: 'shop', name: 'staging' })).toBe('staging');
  expect(at({ namespace: 'prod' }, { 'SHO*': 'dev' })).toBe('dev');
  expect(at({ namespace: 'shop-eu' }, { 'team-*': 'production' })).toBe('production');
  const pages = pagesOf({ ...fixture('shop'), spec: { destination: { namespace: 'shop-eu' } } });
  expect(valuesOf(pages)).toEqual([]);
  expect(reasons(pages)).toEqual([expect.stringContaining('argocd argocd/shop: its environment is not known')]);
});

test('what is hostile is named and stops nothing: a time ahead, an end before its start, no application, a name of every object', () => {
  const entry = {
    id: 0,
    revision: A,
    deployedAt: '2031-01-01T00:00:00Z',
    sources: [{ repoURL: 'https://github.com/acme/shop' }],
  };
  const of = (history: readonly object[]): PushedPage[] => pagesOf({ ...fixture('shop'), status: { history } });
  expect(reasons(of([entry]))).toEqual([expect.stringContaining('lies in the future')]);
  expect(reasons(of([{ ...entry, deployedAt: '2026-03-01T00:00:00Z', deployStartedAt: '2026-03-02T00:00:00Z' }]))).toEqual([expect.stringContaining('before it starts')]); // prettier-ignore
  expect(valuesOf(of([{ ...entry, deployedAt: '2026-03-01T00:00:00Z', revision: '$(rm -rf)', sources: [{ repoURL: 'ext::sh -c x' }] }]))[0]).toMatchObject({ sha: null, ref: '$(rm -rf)' }); // prettier-ignore
  const push = connector.pushes?.[0];
  const body = Buffer.from(JSON.stringify([fixture('shop'), { metadata: { name: 'x' } }, 7]));
  const context = { section: section.parse({ tokens: ['t-t-t-t'] }), now: () => NOW };
  const pushed = push?.normalize({ headers: {}, body }, context as never) as { pages: readonly PushedPage[]; aside?: readonly { reason: string }[] }; // prettier-ignore
  expect(valuesOf(pushed.pages)).toHaveLength(3);
  expect(pushed.aside?.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('it is not as the source describes it'),
    expect.stringContaining('it is not as the source describes it'),
  ]);
  const named = { ...fixture('shop'), metadata: { name: 'constructor', uid: 'u' } };
  expect(valuesOf(pagesOf(named, { environments: { '*': 'prod' } }))[0]).toMatchObject({ service_id: 'constructor' });
});
