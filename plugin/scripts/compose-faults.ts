// docker-compose.yml: what can be seen in it without an engine.
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly volumes?: readonly string[];
  readonly build?: unknown;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly timeout?: string };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** Seconds. At a load of 15 for each core an answer takes 6. */
const SHORTEST_TIMEOUT = 20;
const SECRET = /PASSWORD|SECRET|TOKEN|KEY/;

/** Images that we build, and the one that makes the secrets. */
const isOurs = (name: string, service: Service): boolean => service.build !== undefined || name === 'secrets';

/** What confines our own containers. */
function faultsOfConfinement(name: string, service: Service): string[] {
  return [
    ...(service.read_only ? [] : [`${name}: the root file system can be written (read_only)`]),
    ...(service.cap_drop?.includes('ALL') ? [] : [`${name}: keeps capabilities (cap_drop)`]),
    ...(service.security_opt?.includes('no-new-privileges:true')
      ? []
      : [`${name}: may gain privileges (security_opt)`]),
  ];
}

/** Faults of the start: who is waited for says when it is ready, and nobody says so too early or too late. */
function faultsOfStart(name: string, { healthcheck, depends_on: needs = {} }: Service, compose: Compose): string[] {
  const test = healthcheck?.test ?? [];
  return [
    ...(test.every((word: unknown) => typeof word === 'string')
      ? []
      : [`${name}: a word of the healthcheck is no text; put it in quotes`]),
    ...(healthcheck !== undefined && Number(/^(\d+)s$/.exec(healthcheck.timeout ?? '30s')?.[1]) < SHORTEST_TIMEOUT
      ? [
          `${name}: a check that is cut off after ${healthcheck.timeout ?? ''} says nothing on a busy machine (timeout: 30s)`,
        ]
      : []),
    ...(test.join(' ').includes('pg_isready') && !test.includes('-h')
      ? [`${name}: pg_isready must ask over TCP (-h): the entrypoint's first server answers on the socket`]
      : []),
    ...Object.entries(needs)
      .filter(([other, { condition }]) => condition === 'service_healthy' && !compose.services[other]?.healthcheck)
      .map(([other]) => `${name}: waits for ${other} to be healthy, which has no healthcheck`),
  ];
}

/** Faults of Grafana: an image or a check that one of the two platforms or base systems cannot run. */
const faultsOfGrafana = (name: string, image: string, check: readonly string[]): string[] => [
  ...(image.endsWith('-ubuntu')
    ? []
    : [`${name}: Grafana's image on Alpine has no glibc on arm64, which the plugin needs (-ubuntu)`]),
  ...(check.join(' ').includes('wget') ? [`${name}: Grafana's image on Ubuntu has no wget (curl)`] : []),
];

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
    ...(isOurs(name, service) ? faultsOfConfinement(name, service) : []),
    ...faultsOfStart(name, service, compose),
    ...(image.startsWith('grafana/grafana:') ? faultsOfGrafana(name, image, service.healthcheck?.test ?? []) : []),
    ...volumes
      .filter((volume) => !volume.startsWith('.') && !Object.hasOwn(compose.volumes, volume))
      .map((volume) => `${name}: volume ${volume} is not declared`),
  ];
}

/** Every fault of a compose file. */
export function composeFaults(text: string): string[] {
  const compose = parse(text, { merge: true }) as Compose;
  return Object.entries(compose.services).flatMap(([name, service]) => faultsOf(name, service, compose));
}
