// plugin.json by Grafana's rules: what the loader or the catalog would refuse.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PLATFORMS } from './compile-backend.ts';
import { missingPlatforms, packageFaults, platformPackages, type PackedFile } from './package-faults.ts';

const plugin = path.join(import.meta.dirname, '..');
const root = path.join(plugin, '..');
interface PluginJson {
  readonly id: string;
  readonly type: string;
  readonly executable: string;
  readonly info: {
    readonly description: string;
    readonly author: { readonly name: string };
    readonly keywords: readonly string[];
    readonly links: ReadonlyArray<{ readonly name: string; readonly url: string }>;
    readonly logos: { readonly small: string; readonly large: string };
    readonly screenshots: ReadonlyArray<{ readonly path: string }>;
  };
  readonly includes: ReadonlyArray<{ readonly path: string }>;
  readonly dependencies: { readonly grafanaDependency: string };
}
const PANEL = 'panel';
const read = (...parts: string[]) => JSON.parse(readFileSync(path.join(...parts), 'utf8')) as Record<string, string>;
const json = read(plugin, 'src', 'plugin.json') as unknown as PluginJson;

describe('plugin.json', () => {
  it('has an id that Grafana accepts and that every stored panel names', () => {
    expect(json.id).toMatch(/^[0-9a-z]+-[0-9a-z]+-(app|panel|datasource)$/);
    expect(json.id.endsWith(`-${json.type}`)).toBe(true);
    const provisioned = readFileSync(path.join(root, 'provisioning/datasources/throughline.yaml'), 'utf8');
    expect(provisioned).toContain(`type: ${json.id}\n`);
  });

  it('is a data source with a backend, so that it can alert', () => {
    expect(json).toMatchObject({ type: 'datasource', backend: true, alerting: true, annotations: true, metrics: true });
    expect(json.executable).toMatch(/^gpx_[a-z]+$/);
  });

  it('names files that exist', () => {
    const { logos, screenshots } = json.info;
    const images = [logos.small, logos.large, ...screenshots.map((shot) => shot.path)];
    expect(images.filter((file) => !existsSync(path.join(plugin, 'src', file)))).toEqual([]);
  });

  it('includes every board, by its title', () => {
    const boards = readdirSync(path.join(root, 'dashboards')).filter((file) => file.endsWith('.json'));
    const expected = boards.map((file) => ({ type: 'dashboard', name: read(root, 'dashboards', file).title, path: `dashboards/${file}` })); // prettier-ignore
    const byPath = (a: { path: string }, b: { path: string }) => a.path.localeCompare(b.path);
    expect([...json.includes].sort(byPath)).toEqual(expected.sort(byPath));
  });

  it('describes itself for the catalog, with placeholders that the build fills', () => {
    expect(json.info).toMatchObject({ version: '%VERSION%', updated: '%TODAY%' });
    expect(json.info.author.name).not.toBe('');
    expect(json.info.keywords.length).toBeGreaterThan(0);
    expect(json.info.description.length).toBeGreaterThan(40);
    expect(json.info.links.filter(({ name, url }) => name !== '' && url.startsWith('https://'))).not.toEqual([]);
    expect(json.dependencies.grafanaDependency).toMatch(/^>=\d+\.\d+\.\d+$/);
    expect(read(plugin, 'package.json').version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

// A count that a text says is wrong with the next board; the page of the plugin lists them.
it.each(['src/README.md', 'CHANGELOG.md'])('%s counts no boards, metrics or alert rules', (file) => {
  const counts =
    /\b(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(alert rules|boards|metrics|dashboards)\b/i;
  expect(readFileSync(path.join(plugin, file), 'utf8')).not.toMatch(counts);
});

describe('plugin.json of the panel', () => {
  const panel = read(plugin, 'src', PANEL, 'plugin.json') as unknown as PluginJson;

  it('is a panel of the same Grafana, version and author, that may suggest itself', () => {
    expect(panel).toMatchObject({ type: 'panel', id: 'throughline-interval-panel', suggestions: true });
    expect(panel.info).toMatchObject({ version: '%VERSION%', updated: '%TODAY%', author: json.info.author });
    expect(panel.dependencies).toEqual(json.dependencies);
    const { logos, screenshots } = panel.info;
    const named = ['README.md', 'module.ts', logos.small, logos.large, ...screenshots.map((shot) => shot.path)];
    expect(named.filter((file) => !existsSync(path.join(plugin, 'src', PANEL, file)))).toEqual([]);
  });

  // Grafana asks for each unsigned plugin by its name, also for one within another.
  it.each(['docker-compose.yml', 'docs/provisioning.md'])('%s allows it wherever it allows the data source', (file) => {
    const allowed = [...readFileSync(path.join(root, file), 'utf8').matchAll(/allow_loading_unsigned_plugins[=:] *"?([\w,-]+)/gi)].map(([, ids]) => ids); // prettier-ignore
    expect(allowed.length).toBeGreaterThan(0);
    expect(new Set(allowed)).toEqual(new Set([`${json.id},${panel.id}`]));
  });
});

describe('the package', () => {
  const file = (name: string, text = ''): PackedFile => ({ path: name, bytes: Buffer.from(text) });
  const info = { ...json.info, version: '1.2.3', updated: '2026-11-21' };
  const named = [json.info.logos.small, ...[...json.info.screenshots, ...json.includes].map(({ path: name }) => name)]; // prettier-ignore
  const whole = [
    file('plugin.json', JSON.stringify({ ...json, info })),
    ...['module.js', 'README.md', 'LICENSE', 'CHANGELOG.md', 'gpx_throughline_linux_amd64', ...named].map((name) => file(name)), // prettier-ignore
  ];
  const faults = (files: readonly PackedFile[], version = '1.2.3') => packageFaults(files, { version, folder: '/home/me/throughline' }); // prettier-ignore

  it('is whole', () => {
    expect(faults(whole)).toEqual([]);
    const without = (name: RegExp) => faults(whole.filter((each) => !name.test(each.path)));
    expect(without(/module\.js/)).toEqual(['module.js is missing']);
    expect(without(/gpx_/)).toEqual(['there is no executable: run npm run build']);
    expect(without(/the-cell\.json/)).toEqual(['dashboards/the-cell.json is missing']);
  });

  it('holds a plugin within it that is whole too', () => {
    const panel = JSON.stringify({ type: 'panel', info: { ...info, screenshots: [] } });
    const inner = [file('panel/plugin.json', panel), ...['module.js', 'README.md', 'LICENSE', 'CHANGELOG.md', json.info.logos.small].map((name) => file(`panel/${name}`))]; // prettier-ignore
    expect(faults([...whole, ...inner])).toEqual([]);
    expect(faults([...whole, ...inner.filter(({ path: name }) => name !== 'panel/module.js')])).toEqual(['panel/module.js is missing']); // prettier-ignore
    expect(faults([...whole, ...inner], '1.2.4')).toContain('panel/plugin.json says version 1.2.3, package.json 1.2.4');
  });

  it('holds nothing of the workshop', () => {
    const strange = ['node_modules/pg/index.js', 'src/x.ts', 'a.test.js', '.env', 'fixtures/a.json'];
    expect(faults([...whole, ...strange.map((name) => file(name))])).toEqual(strange.map((name) => `${name} has no place in the package`)); // prettier-ignore
    expect(faults([...whole, file('module.js.map', '{"sources":["/home/me/throughline/plugin/src/a.ts"]}')])).toEqual(['module.js.map names the folder it was built in']); // prettier-ignore
  });

  it('says one version', () => {
    expect(faults(whole, '1.2.4')).toEqual(['plugin.json says version 1.2.3, package.json 1.2.4']);
    const unfilled = file('plugin.json', JSON.stringify(json));
    expect(faults([unfilled, ...whole.slice(1)], '%VERSION%')).toEqual(['plugin.json says it was updated "%TODAY%"']);
  });

  it('shows the pictures of its README where Grafana serves them', () => {
    const readme = file('README.md', readFileSync(path.join(plugin, 'src', 'README.md'), 'utf8'));
    const rest = whole.filter((each) => each.path !== 'README.md');
    expect(Buffer.from(readme.bytes).toString('utf8')).toContain(`](./public/plugins/${json.id}/img/`);
    expect(faults([readme, ...rest])).toEqual([]);
    const strange = file('README.md', `![a](img/a.png) ![b](./public/plugins/${json.id}/img/none.png) ![c](https://example.com/c.png) ![d](public/plugins/${json.id}/img/screenshots/overview.png)`); // prettier-ignore
    expect(faults([strange, ...rest]).map((fault) => fault.split(' ')[1])).toEqual(['img/a.png', `./public/plugins/${json.id}/img/none.png`, `public/plugins/${json.id}/img/screenshots/overview.png`]); // prettier-ignore
  });

  it('is made for each platform too, where several are there and nothing is signed', () => {
    const binaries = ['linux_amd64', 'linux_arm64', 'windows_amd64.exe'].map((name) => file(`gpx_throughline_${name}`));
    const files = [...whole.filter((each) => !each.path.startsWith('gpx_')), ...binaries];
    const packages = platformPackages(files, PLATFORMS);
    expect(packages.map(({ grafana }) => grafana)).toEqual(['linux_amd64', 'linux_arm64', 'windows_amd64']);
    for (const { grafana, packed } of packages) {
      expect(packed.filter((each) => each.path.startsWith('gpx_')).map((each) => each.path)).toEqual([expect.stringContaining(grafana)]); // prettier-ignore
      expect(packed).toHaveLength(whole.length);
    }
    expect(platformPackages(whole, PLATFORMS)).toEqual([]);
    expect(platformPackages([...files, file('MANIFEST.txt')], PLATFORMS)).toEqual([]);
  });

  it('knows the platforms it lacks', () => {
    expect(missingPlatforms(whole, PLATFORMS)).toEqual([
      'linux_arm64',
      'darwin_amd64',
      'darwin_arm64',
      'windows_amd64',
    ]);
    expect(missingPlatforms([file('gpx_throughline_windows_amd64.exe')], PLATFORMS)).not.toContain('windows_amd64');
  });
});
