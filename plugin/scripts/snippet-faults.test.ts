import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { readSettings } from '../src/settings.ts';
import { snippetFaults, snippetsOf, type Known } from './snippet-faults.ts';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const docs = read('docs/provisioning.md');

function settingsRead(): string[] {
  const names = new Set<string>();
  const get = (target: object, name: string): unknown => {
    names.add(name);
    return Reflect.get(target, name);
  };
  readSettings(new Proxy({ host: 'db' }, { get: get as never }), {});
  return [...names];
}

const known: Known = {
  version: (JSON.parse(read('package.json')) as { version: string }).version,
  paths: [...read('collector/src/receive/server.ts').matchAll(/app\.get\('([^']+)'/g)].map(([, route = '']) => route),
  settings: settingsRead(),
  variables: ['datasources', 'dashboards'].flatMap((folder) =>
    [...read(`provisioning/${folder}/throughline.yaml`).matchAll(/\$\{?(THROUGHLINE_\w+)/g)].map(
      ([, name = '']) => name
    )
  ),
  wait: Number(/--wait SECONDS` \((\d+)\)/.exec(docs)?.[1]),
};

test('what is copied from the docs has no fault that can be seen without a cluster', () => {
  expect(known.paths).toEqual(expect.arrayContaining(['/live', '/ready']));
  expect(known.wait).toBeGreaterThan(0);
  expect(snippetsOf(docs).map(({ language }) => language)).toEqual(expect.arrayContaining(['yaml', 'hcl']));
  expect(snippetFaults(docs, known)).toEqual([]);
});

test.each([
  ['image: throughline-collector:0.1.0', 'image: throughline-collector', 'collector: image "throughline-collector" is not pinned'],
  ['image: throughline-plugin:0.1.0', 'image: throughline-plugin:0.0.9', 'is not of version'],
  ['tag: 12.3.0-ubuntu', 'tag: latest', 'Grafana\'s tag "latest" is not pinned'],
  ['runAsNonRoot: true, runAsUser', 'runAsUser', 'collector: may run as root'],
  ['runAsNonRoot: true, readOnly', 'readOnly', 'throughline-plugin: may run as root'],
  ['{ readOnlyRootFilesystem: true, ', '{ ', 'collector: the root file system can be written'],
  ['capabilities: { drop: [ALL] }', 'capabilities: {}', 'keeps capabilities'],
  [', fsGroup: 1000', '', 'no fsGroup'],
  ['livenessProbe: { httpGet: { path: /live', 'livenessProbe: { httpGet: { path: /ready', 'asks for more than life'],
  ['readinessProbe: { httpGet: { path: /ready', 'readinessProbe: { httpGet: { path: /readyz', 'asks /readyz, which nobody answers'],
  ['port: http }, timeoutSeconds: 30 }', 'port: http } }', 'readinessProbe is cut off before a busy collector answers'],
  ['failureThreshold: 60', 'failureThreshold: 12', 'startupProbe ends after 60 s'],
  ['THROUGHLINE_STORE_PASSWORD_FILE, value: /run', 'THROUGHLINE_STORE_PASSWORD, value: /run', 'is a secret in the file'],
  ['        - { name: tmp, emptyDir: {} }\n', '', 'volume tmp is not declared'],
  ['THROUGHLINE_STORE_PORT: "5432"', 'THROUGHLINE_STORE_PORT: 5432', 'env THROUGHLINE_STORE_PORT is a secret or no text'],
  ['THROUGHLINE_DASHBOARDS: /etc', 'DASHBOARDS: /etc', 'env lacks THROUGHLINE_DASHBOARDS'],
  ['password: $__file{/run/secrets/throughline-reader}', 'password: geheim', 'password is a secret in the file'],
  ['tlsMode = "verify-full"', 'sslMode = "verify-full"', 'the data source has no setting sslMode'],
  ['password = var.throughline_reader_password', 'password = "geheim"', 'the password is a secret in the file'],
  ['kind: Deployment', 'kind: StatefulSet', 'nobody knows what this is'],
])('%s → %s is a fault', (from, to, fault) => {
  const changed = docs.replace(from, to);
  expect(changed).not.toBe(docs);
  expect(snippetFaults(changed, known)).toContainEqual(expect.stringContaining(fault));
}); // prettier-ignore

test('the plugin of a second start takes the place of the first, and nothing of that is left', () => {
  const [helm] = snippetsOf(docs).filter(({ title }) => title.startsWith('Helm'));
  const values = parse(helm?.text ?? '') as { extraInitContainers: [{ command: [string, string, string] }] };
  const [shell, flags, script] = values.extraInitContainers[0].command;
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-helm-'));
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  mkdirSync(at('plugins'));
  for (const file of ['old', 'new']) {
    rmSync(at('plugin'), { recursive: true, force: true });
    mkdirSync(at('plugin'));
    writeFileSync(at('plugin', file), '');
    execFileSync(shell, [flags, script.replaceAll('/plugins/', at('plugins/')).replaceAll(' /plugin ', ` ${at('plugin')} `)]); // prettier-ignore
  }
  expect(readdirSync(at('plugins', 'throughline-delivery-datasource'))).toEqual(['new']);
  rmSync(folder, { recursive: true });
});
