import { readFileSync } from 'node:fs';
import path from 'node:path';
import { imageFaults, needsOf } from './image-faults.ts';

const dockerfile = readFileSync(path.join(import.meta.dirname, '..', '..', 'Dockerfile'), 'utf8');
const faultsWith = (from: string | RegExp, to: string): string[] => {
  const changed = dockerfile.replace(from, to);
  expect(changed).not.toBe(dockerfile);
  return imageFaults(changed);
};

test('the images have all that they run, a user without rights, and labels', () => {
  expect(imageFaults()).toEqual([]);
  expect(needsOf('collector/src/main.ts').files.size).toBeGreaterThan(100);
});

test.each([
  ['COPY collector/src collector/src\n', '', 'collector: collector/src/main.ts is needed and not copied'],
  ['COPY collector/migrations collector/migrations\n', '', 'collector: collector/migrations is needed and not copied'],
  ['COPY package.json ./', 'COPY package.json gone.json ./', 'collector: gone.json is copied and not there'],
  [
    'COPY --from=dependencies /app/collector/node_modules collector/node_modules\n',
    '',
    'collector: collector/node_modules is installed and not copied',
  ],
  ['USER 1000:1000', 'USER node', expect.stringContaining('collector: USER is no number')],
  ['USER 65534:65534', 'USER 0:0', expect.stringContaining('plugin: USER is no number')],
  ['org.opencontainers.image.licenses=', 'licence=', expect.stringContaining('image.licenses is missing')],
  ['ARG VERSION=0.1.0', 'ARG VERSION=9.9.9', expect.stringContaining('plugin: ARG VERSION is not')],
  ['FROM busybox:1.37.0-musl', 'FROM busybox:1.38.0-musl', expect.stringContaining('plugin: label image.base.name')],
  ['FROM busybox:1.37.0-musl', 'FROM busybox', 'image "busybox" is not pinned to a version'],
  [/^/, '# syntax=docker/dockerfile:1\n', expect.stringContaining('a closed network lacks')],
])('%s → "%s" is a fault', (from, to, fault) => {
  expect(faultsWith(from, to)).toContainEqual(fault);
});
