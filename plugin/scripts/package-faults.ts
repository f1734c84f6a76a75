/** What must hold of the packed plugin before anybody gets it. */
import type { Platform } from './compile-backend.ts';

/** A file of the package: path below the plugin's folder, content. */
export interface PackedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface PluginJson {
  readonly id?: string;
  readonly executable?: string;
  readonly info: {
    readonly version: string;
    readonly updated: string;
    readonly logos: { readonly small: string; readonly large: string };
    readonly screenshots?: ReadonlyArray<{ readonly path: string }>;
  };
  readonly includes?: ReadonlyArray<{ readonly path?: string }>;
}

const REQUIRED = ['plugin.json', 'module.js', 'README.md', 'LICENSE', 'CHANGELOG.md'];
/** Nothing of the workshop: sources, tests, dependencies, hidden files. */
const FORBIDDEN = /(^|\/)(node_modules|fixtures|coverage|tests)\/|\.(tsx?|spec\.\w+|test\.\w+|sql|log)$|(^|\/)\./;

/**
 * Every fault, as a sentence. `folder` = where it was built: no file may name it, executables included.
 */
export function packageFaults(files: readonly PackedFile[], given: { version: string; folder: string }): string[] {
  const folder = Buffer.from(given.folder);
  // A plugin within the plugin is a whole one.
  const roots = files.map(({ path }) => path).filter((path) => path.endsWith('/plugin.json'));
  return [
    ...['', ...roots.map((path) => path.slice(0, -'plugin.json'.length))].flatMap((root) =>
      pluginFaults(within(files, root), given.version).map((fault) => `${root}${fault}`)
    ),
    ...files.filter(({ path }) => FORBIDDEN.test(path)).map(({ path }) => `${path} has no place in the package`),
    ...files
      .filter(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(folder))
      .map(({ path }) => `${path} names the folder it was built in`),
  ];
}

const within = (files: readonly PackedFile[], root: string): PackedFile[] =>
  files.flatMap(({ path, bytes }) => (path.startsWith(root) ? [{ path: path.slice(root.length), bytes }] : []));

/** What one plugin.json promises, and whether it is there. */
function pluginFaults(files: readonly PackedFile[], version: string): string[] {
  const paths = new Set(files.map((file) => file.path));
  const plugin = files.find((file) => file.path === 'plugin.json');
  const json = plugin === undefined ? null : (JSON.parse(Buffer.from(plugin.bytes).toString('utf8')) as PluginJson);
  const named = json === null ? [] : namedFiles(json);
  const { executable } = json ?? {};
  const isLame = executable !== undefined && !files.some(({ path }) => path.startsWith(`${executable}_`));
  return [
    ...[...REQUIRED, ...named].filter((path) => !paths.has(path)).map((path) => `${path} is missing`),
    ...(json === null || json.info.version === version
      ? []
      : [`plugin.json says version ${json.info.version}, package.json ${version}`]),
    ...(json === null || /^\d{4}-\d\d-\d\d$/.test(json.info.updated)
      ? []
      : [`plugin.json says it was updated "${json.info.updated}"`]),
    ...(isLame ? ['there is no executable: run npm run build'] : []),
    ...(json === null ? [] : unseenPictures(files, json.id ?? '')),
  ];
}

/** A picture of a README, and a link: text, address. */
const PICTURES = /!\[[^\]]*\]\(([^)\s]+)\)/g;

/**
 * Pictures of the README that the page of the plugin would not show. Grafana draws it on a page of its own, so a path is read from the root of
 * the server (its `<base>`): packaged files lie under public/plugins/ID/. It begins with `./`: what cleans the page (js-xss 1.0, attribute `src`)
 * keeps an address only with a scheme that it knows, or `/`, `./`, `../` or `#` before it, and `/` would leave the folder Grafana may be served from.
 */
function unseenPictures(files: readonly PackedFile[], id: string): string[] {
  const readme = files.find(({ path }) => path === 'README.md');
  const text = readme === undefined ? '' : Buffer.from(readme.bytes).toString('utf8');
  const base = `./public/plugins/${id}/`;
  return [...text.matchAll(PICTURES)]
    .map(([, address = '']) => address)
    .filter(
      (address) =>
        !address.startsWith('https://') &&
        !(address.startsWith(base) && files.some(({ path }) => path === address.slice(base.length)))
    )
    .map((address) => `README.md: ${address} is no file that Grafana serves, as ${base}img/… is`);
}

/** One package for each platform that is there, where there are several. A signature names every file: what is signed stays whole. */
export function platformPackages(
  files: readonly PackedFile[],
  platforms: readonly Platform[]
): ReadonlyArray<{ readonly grafana: string; readonly packed: readonly PackedFile[] }> {
  const missing = missingPlatforms(files, platforms);
  const there = platforms.filter(({ grafana }) => !missing.includes(grafana));
  if (there.length < 2 || files.some(({ path }) => path === 'MANIFEST.txt')) return [];
  const isOf = (path: string, { grafana }: Platform): boolean => path.replace(/\.exe$/, '').endsWith(`_${grafana}`);
  return there.map((platform) => ({
    grafana: platform.grafana,
    packed: files.filter(({ path }) => !there.some((other) => isOf(path, other)) || isOf(path, platform)),
  }));
}

/** Platforms whose executable is not in the package. */
export function missingPlatforms(files: readonly PackedFile[], platforms: readonly Platform[]): string[] {
  return platforms
    .map(({ grafana }) => grafana)
    .filter((name) => !files.some(({ path }) => path.replace(/\.exe$/, '').endsWith(`_${name}`)));
}

function namedFiles({ info, includes = [] }: PluginJson): string[] {
  return [
    ...new Set([info.logos.small, info.logos.large]),
    ...(info.screenshots ?? []).map(({ path }) => path),
    ...includes.flatMap(({ path }) => (path === undefined ? [] : [path])),
  ];
}
