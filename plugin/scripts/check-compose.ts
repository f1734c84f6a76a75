// docker-compose.yml: what must hold before anybody runs it. Prints every fault and fails.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly volumes?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const SECRET = /PASSWORD|SECRET|TOKEN|KEY/;

/** Faults of one service: an image that moves, a port beyond loopback, a literal secret, a start order or volume that leads nowhere. */
function faultsOf(name: string, service: Service, compose: Compose): string[] {
  const image = (service.image ?? '').replace(/\$\{\w+:-([^}]+)\}/g, '$1');
  const secrets = Object.keys(service.environment ?? {}).filter((key) => SECRET.test(key) && !key.endsWith('_FILE'));
  const volumes = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
  return [
    ...(/:\d+(\.\d+)+/.test(image) ? [] : [`${name}: image "${image}" is not pinned to a version`]),
    ...(service.ports ?? [])
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `${name}: port "${port}" is open beyond loopback`),
    ...secrets.map((key) => `${name}: ${key} is a secret in the file; name a file of secrets (${key}_FILE)`),
    ...Object.entries(service.depends_on ?? {})
      .filter(([other, { condition }]) => compose.services[other] === undefined || condition === undefined)
      .map(([other]) => `${name}: depends on ${other} without a service or condition`),
    ...volumes
      .filter((volume) => !volume.startsWith('.') && !Object.hasOwn(compose.volumes, volume))
      .map((volume) => `${name}: volume ${volume} is not declared`),
  ];
}

const file = path.join(import.meta.dirname, '..', '..', 'docker-compose.yml');
const compose = parse(readFileSync(file, 'utf8')) as Compose;
const faults = Object.entries(compose.services).flatMap(([name, service]) => faultsOf(name, service, compose));
for (const fault of faults) {
  process.stderr.write(`docker-compose.yml: ${fault}\n`);
}
process.exitCode = faults.length > 0 ? 1 : 0;
