/** Every payload of @octokit/webhooks-examples, as GitHub sends it. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Secret } from '../../secret.ts';
import { dueOf, webhook } from './webhook.ts';

interface Example {
  readonly name: string;
  readonly examples: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

const packageFolder = path.dirname(createRequire(import.meta.url).resolve('@octokit/webhooks-examples/package.json'));
const examplesOf = (server: string): Example[] =>
  JSON.parse(readFileSync(path.join(packageFolder, server, 'index.json'), 'utf8')) as Example[];
const SERVERS = ['api.github.com', 'ghes-31', 'ghes-32', 'ghes-33', 'ghes-34', 'ghes-35'];
const ALL = SERVERS.flatMap((server) =>
  examplesOf(server).flatMap(({ name, examples }) => examples.map((payload) => ({ server, name, payload })))
);

const section = {
  webhook_secrets: [new Secret('the-old-secret-of-the-test'), new Secret("It's a Secret to Everybody")],
};
const context = { section, accountId: () => '', now: () => new Date() };
const verify = webhook.verify(section);
const sign = (body: string, key = "It's a Secret to Everybody"): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
const request = (event: string, body: string, signature = sign(body)): Parameters<typeof webhook.normalize>[0] => ({
  headers: {
    'x-github-event': event,
    'x-hub-signature-256': signature,
    'x-github-delivery': 'd1',
    'content-type': 'application/json',
  },
  body: Buffer.from(body),
});

test('no payload is refused or not understood; each asks for the streams that read what it is about', () => {
  const due = new Map<string, Set<string>>();
  for (const { name, payload } of ALL) {
    const sent = request(name, JSON.stringify(payload));
    expect(verify?.(sent)).toBe(true);
    const { pages, due: asked = [] } = webhook.normalize(sent, context);
    expect(pages).toEqual([]);
    const streams = due.get(name) ?? new Set();
    due.set(name, streams);
    for (const { stream, scope } of asked) {
      streams.add(stream);
      const { repository } = payload as { repository?: { full_name: string } };
      expect(['pull-requests', 'deployments', 'issues', 'builds'].includes(stream) ? scope : null).toBe(
        ['pull-requests', 'deployments', 'issues', 'builds'].includes(stream) ? (repository?.full_name ?? '') : null
      );
    }
  }
  expect(ALL.length).toBeGreaterThan(700);
  const read = [...due]
    .filter(([, streams]) => streams.size > 0)
    .map(([name, streams]) => `${name}: ${[...streams].sort().join(', ')}`);
  expect(read.sort()).toEqual([
    'check_run: builds',
    'check_suite: builds',
    'deployment: deployments',
    'deployment_status: deployments',
    'installation: repositories',
    'installation_repositories: repositories',
    'issue_comment: pull-requests',
    'issues: issues',
    'membership: teams',
    'merge_group: pull-requests',
    'organization: teams',
    'public: repositories',
    'pull_request: pull-requests',
    'pull_request_review: pull-requests',
    'pull_request_review_comment: pull-requests',
    'pull_request_review_thread: pull-requests',
    'repository: repositories',
    'team: teams',
    'team_add: teams',
    'workflow_job: builds',
    'workflow_run: builds',
  ]);
});

test('the README names each event with the stream that it pulls', () => {
  const readme = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8');
  const [, webhooksOn = ''] = readme.split('## Webhooks');
  const rows = webhooksOn
    .split('## Plan')[0]
    ?.split('\n')
    .filter((line) => /^\| `[a-z_]+`.*\| `[a-z-]+`/.test(line));
  const body = { repository: { name: 'shop', full_name: 'acme/shop' }, organization: { login: 'acme' } };
  const said = (rows ?? []).flatMap((line) => {
    const [, events = '', streams = ''] = line.split('|');
    const stream = /`([a-z-]+)`/.exec(streams)?.[1];
    return [...events.matchAll(/`([a-z_]+)`/g)].map(([, event = '']) => ({ event, stream }));
  });
  const webhooks = said.filter(({ event }) => ALL.some(({ name }) => name === event));
  for (const { event, stream } of webhooks) expect(dueOf(event, body).map((one) => one.stream)).toEqual([stream]);
  const pulling = [...new Set(ALL.map(({ name }) => name))].filter((name) => dueOf(name, body).length > 0);
  expect(webhooks.map(({ event }) => event).sort()).toEqual(pulling.sort());
});

test('the signature is the one of the documentation, over the raw body', () => {
  const digest = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  expect(verify?.(request('ping', 'Hello, World!', `sha256=${digest}`))).toBe(true);
  expect(verify?.(request('ping', 'Hello, World! ', `sha256=${digest}`))).toBe(false);
  expect(verify?.(request('ping', 'Hello, World!', digest))).toBe(false);
  expect(verify?.(request('ping', 'Hello, World!', `sha1=${digest}`))).toBe(false);
  expect(verify?.(request('ping', 'Hello, World!', ''))).toBe(false);
  expect(verify?.(request('ping', '{}', sign('{}', 'the-old-secret-of-the-test')))).toBe(true);
  expect(webhook.verify({ webhook_secrets: [] })).toBeNull();
});

test('a webhook that is set to send forms is read too; its id is the delivery', () => {
  const body = `payload=${encodeURIComponent(JSON.stringify({ repository: { full_name: 'acme/shop', name: 'shop' } }))}`;
  const sent = request('issues', body);
  const form = { ...sent, headers: { ...sent.headers, 'content-type': 'application/x-www-form-urlencoded' } };
  const opened = { ...form, body: webhook.unwrap?.(form, section) ?? form.body };
  expect(webhook.normalize(opened, context).due).toEqual([{ stream: 'issues', scope: 'acme/shop' }]);
  expect(webhook.deliveryId?.(form)).toBe('d1');
});
