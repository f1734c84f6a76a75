/** docs/ingest.md as its reader would use it: every snippet is run, or read and sent by, as printed. */
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { testDatabase, type TestDatabase } from '../../../testing/database.ts';
import { receive, type Receiving } from '../../../testing/receiving.ts';
import { loadConfig } from '../../config/load.ts';
import { configSchema } from '../../config/schema.ts';
import { isTelling } from '../pagerduty/normalize.ts';

const run = promisify(execFile);
const TOKEN = 'token-of-the-snippets';
/** What the snippets take from the environment. */
const SECRETS = {
  THROUGHLINE_INGEST_TOKEN: TOKEN,
  ALERTMANAGER_TOKEN: 'alertmanager-token-of-the-snippets',
  GRAFANA_TOKEN: 'grafana-token-of-the-snippets',
  PAGERDUTY_WEBHOOK_SECRET: 'pagerduty-secret-of-the-snippets',
  CDEVENTS_TOKEN: 'cdevents-token-of-the-snippets',
};
const docs = readFileSync(path.join(import.meta.dirname, '../../../../docs/ingest.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...docs.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text]) => text ?? '');
/** Blocks of YAML that are called so in their first line. */
const files = (name: string): string[] => blocks('yaml').filter((text) => text.startsWith(`# ${name}\n`));
const filled = (text: string): string =>
  Object.entries(SECRETS).reduce((all, [name, value]) => all.replaceAll(`\${${name}}`, value).replaceAll(`$${name}`, value), text); // prettier-ignore
const configuration = (): Record<string, object> =>
  Object.assign({}, ...files('throughline.yaml').map((text) => parse(filled(text)) as object)) as Record<
    string,
    object
  >;
/** Steps of a workflow. */
const steps = (): string[] => blocks('yaml').filter((text) => text.startsWith('- name:'));
const GRAFANA = 'provisioning/alerting/throughline.yaml';
const recorded = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../alertmanager/fixtures/alertmanager-0.25.0.json'), 'utf8')
) as { readonly bodies: readonly object[] };

let db: TestDatabase;
let receiving: Receiving;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
  receiving = await receive(db, configuration());
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-snippets-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await receiving.close();
  await db.close();
});

/** What the CI systems set. */
const SHA = '9f1c2ab34d5e6f708192a3b4c5d6e7f8091a2b3c';
const given = {
  GITHUB_RUN_ID: '1234567890',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_SHA: SHA,
  GITHUB_REF_NAME: 'main',
  BUILD_TAG: 'jenkins-shop-42',
  BUILD_URL: 'https://jenkins.acme.io/job/shop/42/',
  GIT_COMMIT: SHA,
};

async function shell(script: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
    env: {
      PATH: process.env['PATH'],
      THROUGHLINE_URL: receiving.url,
      ...SECRETS,
      ...given,
      ...env,
    },
  });
  return stdout;
}

test('every snippet is run by a test of this file', () => {
  const known = [...files('throughline.yaml'), ...files('alertmanager.yml'), ...files(GRAFANA), ...steps()];
  expect(blocks('yaml').filter((text) => !known.includes(text))).toEqual([]);
  const languages = [...docs.matchAll(/^```(\w+)$/gm)].map(([, name]) => name);
  expect([...new Set(languages)].sort()).toEqual(['sh', 'yaml']);
});

test('each configuration is one, as printed', () => {
  Object.assign(process.env, SECRETS);
  expect(files('throughline.yaml')).toHaveLength(2);
  for (const yaml of files('throughline.yaml')) {
    const file = path.join(folder, 'throughline.yaml');
    writeFileSync(file, yaml);
    const { config } = loadConfig(file, folder);
    expect(JSON.stringify(config)).toBe(JSON.stringify(configSchema.parse(parse(filled(yaml)))));
  }
  for (const name of Object.keys(SECRETS)) delete process.env[name];
});

/** What a recorded run of Alertmanager comes to, sent to the URL of a snippet with the credentials that it names. */
async function sendTo(given: string, authorization: string, source: string): Promise<void> {
  const { origin, pathname } = new URL(given);
  expect(origin).toBe('http://127.0.0.1:4318');
  expect((await receiving.post(pathname, {}, { authorization: `${authorization}x` })).status).toBe(401);
  for (const body of recorded.bodies) {
    expect((await receiving.post(pathname, body, { authorization })).status).toBe(202);
  }
  await receiving.settle();
  const { rows } = await db.pool.query('select from incident where source = $1', [source]);
  expect(rows).toHaveLength(3);
}

interface AlertmanagerFile {
  readonly route: { readonly receiver: string };
  readonly receivers: ReadonlyArray<{
    readonly name: string;
    readonly webhook_configs: ReadonlyArray<{
      readonly url: string;
      readonly send_resolved: boolean;
      readonly http_config: { readonly authorization: { readonly type: string; readonly credentials_file: string } };
    }>;
  }>;
}

test('the configuration of Alertmanager is one to amtool, and what it sends with it is taken', async () => {
  const [printed = '', ...others] = files('alertmanager.yml');
  expect(others).toEqual([]);
  const file = path.join(folder, 'alertmanager.yml');
  writeFileSync(file, printed);
  const said = await run('amtool', ['check-config', file]).catch((error: unknown) => error as NodeJS.ErrnoException & { stdout: string }); // prettier-ignore
  // A machine without Alertmanager has no amtool; what is parsed and sent below is then all that is shown.
  if (!('code' in said) || said.code !== 'ENOENT') expect(said.stdout).toMatch(/SUCCESS[\s\S]*1 receivers/);
  const { route, receivers } = parse(printed) as AlertmanagerFile;
  const [hook] = receivers.find(({ name }) => name === route.receiver)?.webhook_configs ?? [];
  expect(hook).toMatchObject({ send_resolved: true, http_config: { authorization: { type: 'Bearer', credentials_file: expect.stringMatching(/^\/etc\/alertmanager\//) } } }); // prettier-ignore
  await sendTo(hook?.url ?? '', `${hook?.http_config.authorization.type ?? ''} ${SECRETS.ALERTMANAGER_TOKEN}`, 'alertmanager'); // prettier-ignore
});

interface ContactPoints {
  readonly contactPoints: ReadonlyArray<{
    readonly receivers: ReadonlyArray<{
      readonly type: string;
      readonly settings: Readonly<Record<'url' | 'authorization_scheme' | 'authorization_credentials', string>>;
    }>;
  }>;
}

test('the contact point of Grafana names a URL and credentials that are taken', async () => {
  const [printed = ''] = files(GRAFANA);
  const [receiver] = (parse(filled(printed)) as ContactPoints).contactPoints[0]?.receivers ?? [];
  const { url = '', authorization_scheme: scheme, authorization_credentials: token } = receiver?.settings ?? {};
  expect([receiver?.type, token]).toEqual(['webhook', SECRETS.GRAFANA_TOKEN]);
  await sendTo(url, `${scheme ?? ''} ${token ?? ''}`, 'grafana-alerting');
});

test('what PagerDuty signs with the secret is taken at the path that is named, for each event that is named', async () => {
  const prose = docs.slice(docs.indexOf('PagerDuty: a webhook subscription'), docs.indexOf('CDEvents, of anything'));
  const pathname = /`https:\/\/…(\/[a-z/]+)`/.exec(prose)?.[1] ?? '';
  const events = [...prose.matchAll(/`(incident\.[a-z]+)`/g)].map(([, event = '']) => event);
  expect(events.filter((event) => !isTelling(event))).toEqual([]);
  const data = { id: 'P1', status: 'triggered', created_at: '2026-11-20T10:20:00Z' };
  for (const [index, event_type] of events.entries()) {
    const body = JSON.stringify({ event: { id: event_type, event_type, occurred_at: `2026-11-20T10:3${String(index)}:00Z`, data } }); // prettier-ignore
    const signature = createHmac('sha256', SECRETS.PAGERDUTY_WEBHOOK_SECRET).update(body).digest('hex');
    const heard = await receiving.post(pathname, body, { 'x-pagerduty-signature': `v1=${signature}` });
    expect(heard.status).toBe(202);
  }
  expect(await receiving.work()).toMatchObject({ deliveries: 5, quarantined: 0 });
});

test('every shell snippet and the Actions step are accepted, and what they say is stored', async () => {
  const said: string[] = [];
  for (const script of blocks('sh')) said.push(await shell(script));
  const [step] = parse(steps()[0] ?? '') as Array<{ run: string; env: Record<string, string> }>;
  expect(Object.keys(step?.env ?? {})).toEqual(['THROUGHLINE_URL', 'THROUGHLINE_INGEST_TOKEN', 'STATUS']);
  said.push(await shell(step?.run ?? 'false', { STATUS: 'success' }));
  expect(said.join('')).not.toContain('refused');
  await receiving.settle();
  const { rows } = await db.pool.query(
    `select external_id as id, source, service_id as service, sha = $1 as is_sha, result from deployment order by 1`,
    [SHA]
  );
  expect(rows).toEqual([
    { id: '1234567890', source: 'ingest', service: 'acme/shop', is_sha: true, result: 'success' },
    { id: 'jenkins-shop-42', source: 'jenkins', service: 'shop', is_sha: true, result: 'success' },
    { id: 'shop-42', source: 'ingest', service: 'shop', is_sha: true, result: 'success' },
    { id: 'shop-43', source: 'cdevents', service: 'shop', is_sha: true, result: 'success' },
  ]);
  const { rows: incidents } = await db.pool.query(
    `select external_id as id, method, resolved_at is not null as is_over from incident join incident_link using (incident_id) where source = 'ingest'`
  );
  expect(incidents).toEqual([{ id: 'INC-7', method: 'explicit', is_over: true }]);
});
