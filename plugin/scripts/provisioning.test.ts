// The data source that ships: exactly the settings that the backend reads, each value given wherever Grafana is started.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readSettings } from '../src/settings.ts';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const text = read('provisioning/datasources/throughline.yaml');
interface Provisioned {
  readonly name: string;
  readonly uid: string;
  readonly jsonData: object;
  readonly secureJsonData: { readonly password: string };
}
const sources = readdirSync(path.join(root, 'provisioning/datasources')).flatMap((file) => (parse(read(`provisioning/datasources/${file}`)) as { datasources: Provisioned[] }).datasources); // prettier-ignore
const variables = [...text.matchAll(/\$\{?(THROUGHLINE_\w+)/g)].map(([, name]) => name!);

/** Names that readSettings asks for, of jsonData and of the secrets. */
function settingsRead(): { json: string[]; secrets: string[] } {
  const asked = (values: object) => {
    const names = new Set<string>();
    const watched = new Proxy(values, {
      get: (target, name) => {
        names.add(String(name));
        return Reflect.get(target, name) as unknown;
      },
    });
    return { names, watched };
  };
  const json = asked({ host: 'db' });
  const secrets = asked({});
  readSettings(json.watched, secrets.watched);
  return { json: [...json.names], secrets: [...secrets.names] };
}

/** As Grafana fills in the environment: numbers stay texts. */
const filled = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('$THROUGHLINE_STORE_PORT', '5432').replaceAll('$THROUGHLINE_STORE_TLS', 'verify-full').replace(/\$THROUGHLINE_STORE_(\w+)/g, 'some-$1')); // prettier-ignore

describe.each(sources)('data source $name', ({ jsonData, secureJsonData, uid }) => {
  it('sets nothing that the backend does not know', () => {
    const known = settingsRead();
    expect(known.json).toEqual(expect.arrayContaining(['host', 'port', 'database', 'user', 'tlsMode', 'poolSize']));
    expect(Object.keys(jsonData).filter((name) => !known.json.includes(name))).toEqual([]);
    // A source for all teams names none.
    expect(Object.keys(secureJsonData)).toEqual(known.secrets.filter((name) => name !== 'teams'));
  });

  it('sets everything that says which store it is and how to reach it', () => {
    expect(readSettings(filled(jsonData), { password: 'p' })).toMatchObject({
      host: 'some-HOST',
      port: 5432,
      database: 'some-DATABASE',
      user: 'throughline_reader',
      tlsMode: 'verify-full',
    });
    expect(secureJsonData.password).toMatch(/^\$__file\{.+\}$/);
  });

  it('is the one that alert rules ask', () => {
    const asked = [...read('provisioning/alerting/throughline.yaml').matchAll(/datasourceUid: (\S+)/g)].map(([, name]) => name); // prettier-ignore
    expect(new Set(asked)).toEqual(new Set([uid, '__expr__']));
  });
});

it.each(['docker-compose.yml', 'app/grafana.ts'])('%s gives every value that the data source names', (file) => {
  expect(variables.length).toBeGreaterThan(3);
  expect(variables.filter((name) => !read(file).includes(`${name}:`))).toEqual([]);
});
