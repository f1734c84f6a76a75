// docs/provisioning.md: its YAML and Terraform, which people copy, hold to what the compose file and the plugin hold to.
import { parse } from 'yaml';

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly unknown[];
  readonly args?: readonly unknown[];
  readonly env?: ReadonlyArray<{ readonly name: string; readonly value?: unknown }>;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
  readonly volumeMounts?: ReadonlyArray<{ readonly name: string; readonly mountPath: string }>;
  readonly [probe: `${string}Probe`]: Probe | undefined;
}
interface Probe {
  readonly httpGet?: { readonly path: string };
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}
interface PodSpec {
  readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly fsGroup?: number };
  readonly containers: readonly Container[];
  readonly volumes?: ReadonlyArray<{ readonly name: string }>;
}

export interface Snippet {
  readonly language: string;
  /** The heading that it stands under. */
  readonly title: string;
  readonly text: string;
}

/** What snippets are held to. */
export interface Known {
  /** Version of this repository's images. */
  readonly version: string;
  /** Paths that the collector answers. */
  readonly paths: readonly string[];
  /** Keys of the data source's jsonData. */
  readonly settings: readonly string[];
  /** Environment that the provisioned files name. */
  readonly variables: readonly string[];
  /** Seconds that the collector waits for a store at its start. */
  readonly wait: number;
}

/** Seconds, as in the compose file. */
const SHORTEST_TIMEOUT = 20;
const SECRET = /PASSWORD|SECRET|TOKEN|KEY/;
const isText = (word: unknown): boolean => typeof word === 'string';

/** The fenced blocks of a document. */
export function snippetsOf(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
    title: [...markdown.slice(0, match.index).matchAll(/^## (.+)$/gm)].at(-1)?.[1] ?? '',
  }));
}

/** What confines a container that is ours; `isNonRoot` = its pod says so for all. */
function faultsOfConfinement({ securityContext: own = {} }: Container, isNonRoot: boolean): string[] {
  const rules: ReadonlyArray<readonly [boolean, string]> = [
    [isNonRoot || own.runAsNonRoot === true, 'may run as root (runAsNonRoot)'],
    [own.readOnlyRootFilesystem === true, 'the root file system can be written (readOnlyRootFilesystem)'],
    [own.allowPrivilegeEscalation === false, 'may gain privileges (allowPrivilegeEscalation)'],
    [own.capabilities?.drop?.includes('ALL') === true, 'keeps capabilities (capabilities.drop)'],
  ];
  return rules.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function faultsOfProbes(container: Container, { paths, wait }: Known): string[] {
  const probes = (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) => {
    const probe = container[name];
    return probe === undefined ? [] : [{ name, probe, asked: probe.httpGet?.path ?? '' }];
  });
  const start = container.startupProbe;
  const patience = (start?.periodSeconds ?? 10) * (start?.failureThreshold ?? 3);
  return [
    ...probes
      .filter(({ asked }) => !paths.includes(asked))
      .map(({ name, asked }) => `${name} asks ${asked}, which nobody answers`),
    ...probes
      .filter(({ probe }) => (probe.timeoutSeconds ?? 1) < SHORTEST_TIMEOUT)
      .map(({ name }) => `${name} is cut off before a busy collector answers (timeoutSeconds: 30)`),
    ...(container.livenessProbe !== undefined && container.livenessProbe.httpGet?.path !== '/live'
      ? ['livenessProbe asks for more than life: a store that is away would kill the collector']
      : []),
    ...(start !== undefined && patience <= wait
      ? [`startupProbe ends after ${String(patience)} s, before the collector has waited for its store`]
      : []),
  ];
}

function faultsOfContainer(container: Container, isNonRoot: boolean, known: Known): string[] {
  const { image = '', command = [], args = [], env = [] } = container;
  return [
    ...(/:\d+(\.\d+)+/.test(image) ? [] : [`image "${image}" is not pinned to a version`]),
    ...(/throughline-\w+:/.test(image) && !image.endsWith(`:${known.version}`)
      ? [`image "${image}" is not of version ${known.version}`]
      : []),
    ...([...command, ...args].every(isText) ? [] : ['a word of the command is no text; put it in quotes']),
    ...env
      .filter(({ name, value }) => SECRET.test(name) && !name.endsWith('_FILE') && value !== undefined)
      .map(({ name }) => `${name} is a secret in the file; name a file of secrets (${name}_FILE)`),
    ...faultsOfConfinement(container, isNonRoot),
    ...faultsOfProbes(container, known),
  ].map((fault) => `${container.name ?? '?'}: ${fault}`);
}

/** A Deployment. */
function faultsOfPod({ securityContext = {}, containers, volumes = [] }: PodSpec, known: Known): string[] {
  const declared = new Set(volumes.map(({ name }) => name));
  return [
    ...(securityContext.fsGroup === undefined ? ['no fsGroup: a new volume belongs to root'] : []),
    ...containers.flatMap((one) => faultsOfContainer(one, securityContext.runAsNonRoot === true, known)),
    ...containers
      .flatMap(({ volumeMounts = [] }) => volumeMounts)
      .filter(({ name }) => !declared.has(name))
      .map(({ name }) => `volume ${name} is not declared`),
  ];
}

interface Helm {
  readonly image: { readonly tag: string };
  readonly extraInitContainers: readonly Container[];
  readonly env: Readonly<Record<string, unknown>>;
}

/** Values of Grafana's chart. */
function faultsOfHelm({ image, extraInitContainers, env }: Helm, known: Known): string[] {
  return [
    ...(/^\d+(\.\d+)+/.test(image.tag) ? [] : [`Grafana's tag "${image.tag}" is not pinned to a version`]),
    ...extraInitContainers.flatMap((one) => faultsOfContainer(one, false, known)),
    ...known.variables.filter((name) => env[name] === undefined).map((name) => `env lacks ${name}`),
    ...Object.keys(env)
      .filter((name) => SECRET.test(name) || !isText(env[name]))
      .map((name) => `env ${name} is a secret or no text`),
  ];
}

/** Provisioned data sources. */
function faultsOfSources(sources: ReadonlyArray<{ jsonData: object; secureJsonData: object }>, known: Known): string[] {
  return sources.flatMap(({ jsonData, secureJsonData }) => [
    ...Object.keys(jsonData)
      .filter((name) => !known.settings.includes(name))
      .map((name) => `the data source has no setting ${name}`),
    ...Object.entries(secureJsonData)
      // Teams lie there so that nobody reads or alters them in a browser; in the file they may stand.
      .filter(([name]) => name !== 'teams')
      .filter(([, value]) => !/^\$(__file\{.+\}|\w+)$/.test(String(value)))
      .map(([name]) => `${name} is a secret in the file`),
  ]);
}

function faultsOfTerraform(text: string, known: Known): string[] {
  const inside = /json_data_encoded\s*=\s*jsonencode\(\{(.*?)\}\)/s.exec(text)?.[1] ?? '';
  const names = [...inside.matchAll(/(\w+)\s*=/g)].map(([, name = '']) => name);
  const secrets = [...text.matchAll(/password\s*=\s*(\S+)/g)].map(([, value = '']) => value);
  return [
    ...(names.length > 0 ? [] : ['the data source has no settings']),
    ...names.filter((name) => !known.settings.includes(name)).map((name) => `the data source has no setting ${name}`),
    ...secrets.filter((value) => !value.startsWith('var.')).map(() => 'the password is a secret in the file'),
  ];
}

function faultsOf({ language, text }: Snippet, known: Known): string[] {
  if (language === 'hcl') {
    return faultsOfTerraform(text, known);
  }
  const value = parse(text) as Record<string, unknown>;
  if (value['kind'] === 'Deployment') {
    return faultsOfPod((value['spec'] as { template: { spec: PodSpec } }).template.spec, known);
  }
  if (value['extraInitContainers'] !== undefined) {
    return faultsOfHelm(value as unknown as Helm, known);
  }
  if (value['datasources'] !== undefined) {
    return faultsOfSources(value['datasources'] as Parameters<typeof faultsOfSources>[0], known);
  }
  return ['nobody knows what this is; say here what it is held to'];
}

/** Every fault of the snippets of a document that are deployed. */
export function snippetFaults(markdown: string, known: Known): string[] {
  return snippetsOf(markdown)
    .filter(({ language }) => language === 'yaml' || language === 'hcl')
    .flatMap((one) => faultsOf(one, known).map((fault) => `${one.title}: ${fault}`));
}
