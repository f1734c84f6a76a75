// Dockerfile: what must hold before anybody builds it. A COPY list that lacks a file is seen only when the image runs.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Static imports and exports of a file, types left out: they are gone when it runs. */
const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)].map(
    ([, from = '']) => from
  );

interface Needs {
  /** Files of the repository, relative to its root. */
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** All that a program loads before its first line runs. */
export function needsOf(entry: string): Needs {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) {
      continue;
    }
    files.add(file);
    for (const from of importsOf(file)) {
      if (from.startsWith('.')) {
        open.push(path.posix.join(path.posix.dirname(file), from));
      } else if (!isBuiltin(from)) {
        packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from);
      }
    }
  }
  return { files, packages };
}

/** The instructions of one stage, continued lines joined. */
function stage(dockerfile: string, name: string): string[] {
  const lines = dockerfile.replace(/\\\n\s*/g, '').split('\n');
  const start = lines.findIndex((line) => new RegExp(`^FROM .* AS ${name}$`).test(line));
  const next = lines.findIndex((line, index) => index > start && line.startsWith('FROM '));
  return start < 0 ? [] : lines.slice(start, next < 0 ? undefined : next);
}

const copied = (lines: readonly string[]): string[] =>
  lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));

const LABELS = ['title', 'description', 'licenses', 'version', 'revision'];

/** Faults of an image: its user, its labels, the version that it claims. */
function faultsOfImage(name: string, lines: readonly string[], version: string): string[] {
  const text = lines.join('\n');
  return [
    ...(lines.length > 0 ? [] : [`there is no stage ${name}`]),
    ...(/^USER [1-9]\d*:\d+$/m.test(text)
      ? []
      : [`${name}: USER is no number but root's (Kubernetes' runAsNonRoot asks for one)`]),
    ...LABELS.filter((label) => !text.includes(`org.opencontainers.image.${label}=`)).map(
      (label) => `${name}: label org.opencontainers.image.${label} is missing`
    ),
    // What scanners of images tell a base by.
    ...(text.includes(`image.base.name="docker.io/library/${/^FROM (\S+)/.exec(text)?.[1] ?? ''}"`)
      ? []
      : [`${name}: label image.base.name is not the image that it is built on`]),
    ...(text.includes(`ARG VERSION=${version}\n`)
      ? []
      : [`${name}: ARG VERSION is not ${version}, as package.json says`]),
  ];
}

/** Faults of the collector's image: what it needs and is not given. */
function faultsOfCopies(lines: readonly string[]): string[] {
  const given = copied(lines);
  const has = (file: string): boolean => given.some((from) => file === from || file.startsWith(`${from}/`));
  const { files, packages } = needsOf('collector/src/main.ts');
  const { dependencies } = JSON.parse(read('collector/package.json')) as { dependencies: Record<string, string> };
  return [
    ...[...files, 'package.json', 'collector/package.json', 'collector/migrations']
      .filter((file) => !has(file))
      .map((file) => `collector: ${file} is needed and not copied`),
    ...given
      .filter((from) => !existsSync(path.join(root, from)))
      .map((from) => `collector: ${from} is copied and not there`),
    ...[...packages]
      .filter((name) => dependencies[name] === undefined)
      .map((name) => `collector: package ${name} is needed and no dependency of collector/package.json`),
  ];
}

/** Folders of installed packages: npm puts a version that only one workspace has beside it. */
function faultsOfPackages(lines: readonly string[]): string[] {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, unknown> };
  const installed = ['node_modules', 'collector/node_modules'].filter((folder) =>
    Object.keys(packages).some((name) => name.startsWith(`${folder}/`))
  );
  return installed
    .filter((folder) => !lines.some((line) => line.startsWith('COPY --from=') && line.endsWith(` ${folder}`)))
    .map((folder) => `collector: ${folder} is installed and not copied`);
}

/** Every fault of a Dockerfile; the one of the repository by default. */
export function imageFaults(dockerfile = read('Dockerfile')): string[] {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const froms = [...dockerfile.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)].map(([, image = '']) => image);
  const stages = new Set([...dockerfile.matchAll(/^FROM .* AS (\S+)$/gm)].map(([, name = '']) => name));
  return [
    ...(/^#\s*syntax\s*=/m.test(dockerfile) ? ['a "# syntax=" line pulls what a closed network lacks'] : []),
    ...froms
      .filter((image) => !stages.has(image) && !/:\d+(\.\d+)+/.test(image))
      .map((image) => `image "${image}" is not pinned to a version`),
    ...['collector', 'plugin'].flatMap((name) => faultsOfImage(name, stage(dockerfile, name), version)),
    ...faultsOfCopies(stage(dockerfile, 'collector')),
    ...faultsOfPackages(stage(dockerfile, 'collector')),
  ];
}
