import { isCalledDeploy, readWorkflow, type WorkflowFile } from './workflow-file.ts';

const read = (text: string, name = 'ci.yml'): WorkflowFile | null => readWorkflow(`.github/workflows/${name}`, text, 'main'); // prettier-ignore

test.each([
  ['on: push', true],
  ['on: [push, pull_request]', true],
  ['on: pull_request', false],
  ['on: { push: { branches: [main] } }', true],
  ['on: { push: { branches: [release] } }', false],
  ['on: { push: { branches-ignore: [main] } }', false],
  ['on: { push: { tags: ["v*"] } }', false],
  ['on: { workflow_dispatch: }', true],
  ['on: { workflow_call: }', false],
  ['on:\n  schedule: [{ cron: "0 0 * * *" }]', true],
])('%s runs on the default branch: %s', (text, expected) => {
  expect(read(text)?.runsOnDefault).toBe(expected);
});

test('environments of jobs and folders of path filters are read; expressions say nothing', () => {
  const text = `
on: { push: { branches: [main], paths: ['apps/web/**', '!apps/web/docs/**', 'package.json', 'libs/*'] } }
name: Deploy web
jobs:
  a: { environment: production }
  b: { environment: { name: eu-production, url: x } }
  c: { environment: '\${{ inputs.where }}' }
`;
  expect(read(text, 'deploy-web.yml')).toEqual({
    path: '.github/workflows/deploy-web.yml',
    title: 'Deploy web',
    runsOnDefault: true,
    folders: ['apps/web', 'libs'],
    environments: ['production', 'eu-production'],
    isCalledDeploy: true,
  });
});

test.each(['Deploy', 'deploy-prod.yml', 'cd.yaml', 'rollout'])('%s says that it deploys', (name) => {
  expect(isCalledDeploy(name)).toBe(true);
});
test.each([
  'Deploy preview',
  'deploy-staging.yml',
  'deploy docs',
  'ci.yml',
  'undeploy',
  'abcd.yml',
  'redeployment-tests',
])('%s does not', (name) => {
  expect(isCalledDeploy(name)).toBe(false);
});

test.each([
  '',
  'on: [',
  '- a',
  'jobs: {}',
  `on: push\na: &a [${'*b,'.repeat(3)}]`,
  'x'.repeat(600_000),
  `on: ${'['.repeat(100_000)}`,
])('what is no workflow says nothing', (text) => {
  expect(read(text)).toBeNull();
});
