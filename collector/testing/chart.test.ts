// The Helm chart says what the collector understands. That it renders is checked by `helm lint` where it is packaged.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { configSchema } from '../src/config/schema.ts';
import { connectors } from '../src/connectors/registry.generated.ts';

const root = path.join(import.meta.dirname, '..', '..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const chart = (name: string): string => read(`charts/throughline/${name}`);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}
const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value).sort() : [];

test('its version is that of the release', () => {
  const { version } = JSON.parse(read('plugin/package.json')) as { version: string };
  expect(parse(chart('Chart.yaml'))).toMatchObject({ version, appVersion: version });
});

test('its schema knows each value and no other', () => {
  const schema = JSON.parse(chart('values.schema.json')) as Schema;
  const values = parse(chart('values.yaml')) as Record<string, unknown>;
  // `global` is Helm's own.
  const known = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'global');
  expect(known.map(([name]) => name).sort()).toEqual(keysOf(values));
  for (const [name, { properties }] of known) {
    if (properties !== undefined) expect([name, ...keysOf(properties)]).toEqual([name, ...keysOf(values[name])]);
  }
});

test('the configuration of its example is one', () => {
  const { config } = parse(chart('ci/values.yaml').replaceAll('${GITHUB_TOKEN}', 'token')) as { config: object };
  expect(configSchema.safeParse(config).error).toBeUndefined();
});

test('variables of its pod are those that the collector reads', () => {
  const names = [...chart('templates/statefulset.yaml').matchAll(/name: (THROUGHLINE_[A-Z_]+)/g)].map(([, name]) => name ?? ''); // prettier-ignore
  const code = ['session.ts', 'jobs/keep-running.ts'].map((name) => read(`collector/src/${name}`)).join('\n'); // prettier-ignore
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !code.includes(name))).toEqual([]);
});

test('its ingress leads to every door and to nothing else', () => {
  const { ingress } = parse(chart('values.yaml')) as { ingress: { paths: readonly string[] } };
  const doors = connectors
    .flatMap(({ pushes = [] }) => pushes)
    .map(({ path: at = '/push' }) => `/${at.split('/')[1] ?? ''}`);
  expect([...ingress.paths].sort()).toEqual([...new Set(doors)].sort());
});
