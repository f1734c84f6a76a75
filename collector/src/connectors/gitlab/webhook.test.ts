/** Webhooks as docs.gitlab.com/user/project/integrations/webhook_events shows them, with invented names. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../../secret.ts';
import { dueOf, signedBy, webhook } from './webhook.ts';

const project = {
  id: 15,
  name: 'Shop',
  path_with_namespace: 'acme/platform/shop',
  web_url: 'https://gitlab.com/acme/platform/shop',
};
const PAYLOADS: ReadonlyArray<readonly [body: object, due: string]> = [
  [{ object_kind: 'merge_request', event_type: 'merge_request', user: { id: 1, username: 'ana' }, project, object_attributes: { iid: 1, action: 'approved', state: 'opened' } }, 'merge-requests acme/platform/shop'],
  [{ object_kind: 'note', user: { id: 1, username: 'ana' }, project, object_attributes: { noteable_type: 'MergeRequest', note: 'x', internal: false } }, 'merge-requests acme/platform/shop'],
  [{ object_kind: 'note', project, object_attributes: { noteable_type: 'Issue', note: 'x' } }, 'issues acme/platform/shop'],
  [{ object_kind: 'note', project, object_attributes: { noteable_type: 'Snippet', note: 'x' } }, ''],
  [{ object_kind: 'pipeline', project, object_attributes: { id: 31, ref: 'main', status: 'success' }, builds: [] }, 'builds acme/platform/shop'],
  [{ object_kind: 'build', ref: 'main', build_id: 7, build_status: 'created', project }, 'builds acme/platform/shop'],
  [{ object_kind: 'deployment', status: 'success', deployment_id: 15, environment: 'staging', environment_tier: 'staging', project }, 'deployments acme/platform/shop'],
  [{ object_kind: 'issue', event_type: 'issue', project, object_attributes: { iid: 23, action: 'close', type: 'Incident' } }, 'issues acme/platform/shop'],
  [{ object_kind: 'issue', event_type: 'confidential_issue', project, object_attributes: { iid: 23, confidential: true } }, 'issues acme/platform/shop'],
  [{ object_kind: 'work_item', project, object_attributes: { type: 'Task' } }, 'issues acme/platform/shop'],
  [{ object_kind: 'push', project, ref: 'refs/heads/main' }, ''],
  [{ object_kind: 'tag_push', project, ref: 'refs/tags/v1' }, ''],
  [{ event_name: 'project_rename', path_with_namespace: 'acme/store', project_id: 15 }, 'repositories '],
  [{ event_name: 'project_destroy', path_with_namespace: 'acme/store' }, 'repositories '],
  [{ event_name: 'user_add_to_group', group_path: 'acme', user_username: 'bo' }, 'teams '],
  [{ event_name: 'subgroup_create', full_path: 'acme/new' }, 'teams '],
  [{ object_kind: 'feature_flag', project }, ''],
  [{ object_kind: '__proto__', project }, ''],
  [{}, ''],
]; // prettier-ignore

test.each(PAYLOADS)('%j', (body, due) => {
  const sent = { headers: {}, body: Buffer.from(JSON.stringify(body)) };
  const { pages, due: streams = [] } = webhook.normalize(sent, {} as never);
  expect(pages).toEqual([]);
  expect(streams.map(({ stream, scope }) => `${stream} ${scope}`).join()).toBe(due);
});

test('the README names each event with the stream that it pulls', () => {
  const [, webhooks = ''] = readFileSync(path.join(import.meta.dirname, 'README.md'), 'utf8').split('## Webhooks');
  const rows = (webhooks.split('\n## ')[0] ?? '').split('\n').filter((line) => /^\| .*\| `[a-z-]+`/.test(line));
  const told = rows.flatMap((line) => {
    const [, , events = '', streams = ''] = line.split('|');
    return [...events.matchAll(/`([a-z_]+)`/g)].map(([, event = '']) => [event, /`([a-z-]+)`/.exec(streams)?.[1]]);
  });
  const done = told.map(([event = '']) => {
    const body = {
      object_kind: event,
      event_name: event,
      project,
      object_attributes: { noteable_type: 'MergeRequest' },
    };
    return [event, dueOf(body)[0]?.stream];
  });
  expect(told).toEqual(done);
  expect(told.length).toBeGreaterThan(12);
});

const secrets = [new Secret('the-old-token-never-shown'), new Secret('the-new-token-never-shown')];
const of = (headers: Record<string, string>, body = '{}') => ({ headers, body: Buffer.from(body) });

test('a secret token must be one of those that are known', () => {
  const verify = webhook.verify({ webhook_secrets: secrets, webhook_signing_tokens: [] });
  expect(verify?.(of({ 'x-gitlab-token': 'the-new-token-never-shown' }))).toBe(true);
  expect(verify?.(of({ 'x-gitlab-token': 'the-old-token-never-shown' }))).toBe(true);
  expect(verify?.(of({ 'x-gitlab-token': '' }))).toBe(false);
  expect(verify?.(of({}))).toBe(false);
  expect(webhook.verify({ webhook_secrets: [], webhook_signing_tokens: [] })).toBeNull();
});

const KEY = Buffer.alloc(32, 7);
const signing = new Secret(`whsec_${KEY.toString('base64')}`);
const now = Date.parse('2026-06-01T12:00:00Z');
function signed(body: string, { id = 'd1', at = now / 1000, key = KEY } = {}): Record<string, string> {
  const digest = createHmac('sha256', key)
    .update(`${id}.${String(at)}.${body}`)
    .digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${digest}` };
}

test('a signature is over id, time and raw body (Standard Webhooks); one that was kept is refused', () => {
  const verify = signedBy(signing, () => now);
  const body = '{"object_kind":"issue"}';
  expect(verify(of(signed(body), body))).toBe(true);
  expect(verify(of(signed(body), `${body} `))).toBe(false);
  expect(verify(of({ ...signed(body), 'webhook-id': 'd2' }, body))).toBe(false);
  expect(verify(of(signed(body, { key: Buffer.alloc(32, 8) }), body))).toBe(false);
  expect(verify(of(signed(body, { at: now / 1000 - 600 }), body))).toBe(false);
  expect(verify(of({ ...signed(body), 'webhook-signature': `v1,other ${signed(body)['webhook-signature'] ?? ''}` }, body))).toBe(true); // prettier-ignore
  expect(verify(of({ 'x-gitlab-token': 'the-new-token-never-shown' }, body))).toBe(false);
  // Anybody can sign with the key of a token that holds none.
  const nobody = signedBy(new Secret('whsec_'), () => now);
  expect(nobody(of(signed(body, { key: Buffer.alloc(0) }), body))).toBe(false);
});

test('where a signing token is known, a secret alone does not do; the id of a delivery is kept when it is sent again', () => {
  const verify = webhook.verify({ webhook_secrets: secrets, webhook_signing_tokens: [signing] });
  expect(verify?.(of({ 'x-gitlab-token': 'the-new-token-never-shown' }))).toBe(false);
  expect(webhook.deliveryId?.(of({ 'idempotency-key': 'k1', 'x-gitlab-event-uuid': 'u' }))).toBe('k1');
  expect(webhook.deliveryId?.(of({}))).toBeNull();
});
