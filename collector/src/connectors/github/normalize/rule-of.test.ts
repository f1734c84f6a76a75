import type { Run } from '../schema.ts';
import { ruleOf } from './deployments.ts';

const rule = { repository: '*', workflow: 'deploy.yml', environment: 'production' };
const run = { path: '.github/workflows/deploy.yml', head_branch: 'main', event: 'push' };
const rules = { rules: [rule], name: 'shop', branch: 'main' } as unknown as Parameters<typeof ruleOf>[1];

test.each([
  ['push', rule],
  ['workflow_dispatch', rule],
  // The branch of a fork may be called main as well.
  ['pull_request', undefined],
  ['pull_request_target', undefined],
])('a run of the workflow for %s on a branch called main', (event, expected) => {
  expect(ruleOf({ ...run, event } as unknown as Run, rules)).toBe(expected);
});
