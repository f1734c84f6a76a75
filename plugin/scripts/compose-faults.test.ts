import { readFileSync } from 'node:fs';
import path from 'node:path';
import { composeFaults } from './compose-faults.ts';

const compose = readFileSync(path.join(import.meta.dirname, '..', '..', 'docker-compose.yml'), 'utf8');

test('the compose file has no fault that can be seen without an engine', () => {
  expect(composeFaults(compose)).toEqual([]);
});

test.each([
  [", '-h', '127.0.0.1', '-p'", ", '-p'", expect.stringContaining('timescaledb: pg_isready must ask over TCP')],
  ["'127.0.0.1:${GRAFANA_PORT:-3000}:3000'", "'3000:3000'", expect.stringContaining('open beyond loopback')],
  ['read_only: true', 'read_only: false', 'collector: the root file system can be written (read_only)'],
  ['cap_drop: [ALL]', 'cap_drop: []', 'plugin: keeps capabilities (cap_drop)'],
  ['no-new-privileges:true', 'label:disable', 'secrets: may gain privileges (security_opt)'],
  [
    '        condition: service_completed_successfully',
    '        {}',
    expect.stringContaining('without a service or condition'),
  ],
  [
    'timeout: 30s',
    'timeout: 3s',
    'timescaledb: a check that is cut off after 3s says nothing on a busy machine (timeout: 30s)',
  ],
  ['- "require(', '- x: "require(', 'collector: a word of the healthcheck is no text; put it in quotes'],
  ['-ubuntu}', '}', expect.stringContaining('has no glibc on arm64')],
  ["'curl', '--fail'", "'wget', '--spider'", expect.stringContaining('has no wget')],
  ['busybox:1.37.0-musl', 'busybox', expect.stringContaining('not pinned')],
  ['  store:\n', '', 'timescaledb: volume store is not declared'],
])('%s → %s is a fault', (from, to, fault) => {
  const changed = compose.replace(from, to);
  expect(changed).not.toBe(compose);
  expect(composeFaults(changed)).toContainEqual(fault);
});
