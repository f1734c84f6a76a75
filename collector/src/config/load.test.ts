import { messageOf } from '../errors.ts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { loadConfig, parseConfig } from './load.ts';
import { configSchema, house } from './schema.ts';
import { sections } from '../connectors/sections.generated.ts';
import type { CollectorError } from '../errors.ts';

const lines = (...text: string[]) => text.join('\n');
const faultOf = (text: string, env: Record<string, string> = {}) => {
  try {
    parseConfig(text, 'throughline.yaml', env);
  } catch (error) {
    return error as CollectorError;
  }
  throw new Error('expected a fault');
};

test('an empty file is a valid configuration with every default', () => {
  const config = parseConfig('', 'throughline.yaml', {});
  expect(config.time_zone).toBe('UTC');
  expect(config.ai).toEqual({ heavy_share: 0.4, assume_unmarked: 'unknown', accept_activity: false, marking: {} });
  expect(config.deployments.link_window_hours).toBe(24);
  expect(config.privacy.smallest_group).toBe(5);
});

test('an unknown key is refused by name with its line', () => {
  const error = faultOf(lines('time_zone: UTC', 'repositories:', '  - path: ../shop', '    brnch: main'));
  expect(error.code).toBe('config_invalid');
  expect(error.message).toContain('throughline.yaml:4: repositories.0.brnch: unknown key "brnch"');
});

test('every fault is named, not only the first', () => {
  const error = faultOf(lines('time_zone: Mars/Base', 'ai:', '  heavy_share: 2'));
  expect(error.message).toContain('throughline.yaml:1: time_zone: is not an IANA time zone');
  expect(error.message).toContain('throughline.yaml:3: ai.heavy_share:');
});

test('broken YAML names its line', () => {
  expect(faultOf(lines('ai:', '  heavy_share: [1')).message).toMatch(/throughline\.yaml:[23]: not valid YAML/);
});

test('a secret comes from the environment and its absence is an error, not an empty value', () => {
  const text = lines('store:', '  url: ${PGURL}');
  expect(parseConfig(text, 'throughline.yaml', { PGURL: 'postgres://u:p@h/d' }).store.url).toBe('postgres://u:p@h/d');
  const error = faultOf(text);
  expect(error.code).toBe('config_env_missing');
  expect(error.message).toContain('throughline.yaml:2: environment variable PGURL is not set');
});

test('a variable that is empty is said to be empty, and no fault is masked for the name of its key', () => {
  const fault = (text: string, env: Readonly<Record<string, string>>): string => {
    try {
      parseConfig(text, 'throughline.yaml', env);
    } catch (error) {
      return messageOf(error);
    }
    return '';
  };
  const text = lines('github:', '  token: ${GITHUB_TOKEN}', '  owners: [acme]');
  expect(fault(text, { GITHUB_TOKEN: '' })).toBe(
    'throughline.yaml:2: environment variable GITHUB_TOKEN is set, but empty. Give it a value, or remove ${GITHUB_TOKEN}.'
  );
  expect(fault(lines('github:', '  token:', '  owners: [acme]'), {})).toContain('throughline.yaml:2: github.token (Invalid input: expected string, received null)'); // prettier-ignore
  expect(fault(lines('pagerduty:', '  token: 7'), {})).toContain('pagerduty.token (Invalid input: expected string, received number)'); // prettier-ignore
});

test('a value of the environment cannot change the structure of the file', () => {
  const config = parseConfig(lines('store:', '  url: "${PGURL}"'), 'throughline.yaml', {
    PGURL: 'a"\nai: {heavy_share: 0.9}',
  });
  expect(config.ai.heavy_share).toBe(0.4);
});

test('a comment may name a variable that is not set', () => {
  expect(() => parseConfig('# url: ${PGURL}', 'throughline.yaml', {})).not.toThrow();
});

test('a repository needs a path or a url, not both', () => {
  expect(faultOf(lines('repositories:', '  - branch: main')).message).toContain('give either path or url');
});

test('groups of fewer than five people need a written decision with its day and who made it', () => {
  const privacy = (...more: string[]) => lines('privacy:', '  smallest_group: 1', ...more);
  const fault =
    'throughline.yaml:2: privacy.smallest_group: 1 people: groups of fewer than 5 are shown only where everyone';
  expect(faultOf(privacy()).message).toContain(fault);
  expect(faultOf(privacy('  agreed_on: 2026-11-01')).message).toContain(fault);
  expect(faultOf(privacy("  agreed_by: '  '", '  agreed_on: 2026-11-01')).message).toContain('privacy.agreed_by');
  expect(faultOf(privacy('  agreed_by: us', '  agreed_on: 2999-01-01')).message).toContain('lies in the future');
  expect(faultOf(lines('privacy:', '  smallest_group: 0')).message).toContain('privacy.smallest_group');
  expect(parseConfig(privacy('  agreed_by: us', '  agreed_on: 2026-11-01')).privacy.smallest_group).toBe(1);
  expect(parseConfig(lines('privacy:', '  smallest_group: 9')).privacy.smallest_group).toBe(9);
});

test('a workflow has what its unit says; what does not fit the unit is refused', () => {
  const workflow = (...more: readonly string[]): string =>
    lines('workflows:', '  - id: w', ...more.map((line) => `    ${line}`));
  const [found] = parseConfig(workflow('unit: incident', 'start: { event: acknowledged, else: started }')).workflows;
  expect(found).toMatchObject({ actor: 'responder', start: { event: 'acknowledged', else: 'started' }, end: { event: 'resolved' } }); // prettier-ignore
  expect(parseConfig(workflow('unit: agent_run')).workflows[0]).toMatchObject({ actor: 'author', start: { event: 'started' }, end: { event: 'ended' } }); // prettier-ignore
  expect(parseConfig(workflow()).workflows[0]).toMatchObject({ unit: 'pr', actor: 'author', start: { event: 'first_commit' }, end: { event: 'merged' } }); // prettier-ignore
  expect(faultOf(workflow('unit: issue', 'actor: reviewer')).message).toContain('that is the assignee');
  expect(faultOf(workflow('unit: issue', 'end: { event: merged }')).message).toContain(
    'Known: created, ready, started, done'
  );
  expect(faultOf(workflow('unit: incident', 'applies_to: { max_lines: 3 }')).message).toContain('Allowed: repos');
});

test('a workflow of the documentation parses', () => {
  const config = parseConfig(
    lines(
      'workflows:',
      '  - id: pr_review',
      '    valid_from: 2026-01-05',
      '    unit: pr_reviewer',
      '    actor: reviewer',
      '    applies_to: { repos: ["shop/*"], pr_class: [feature, bugfix], exclude_labels: [release], max_lines: 2000 }',
      '    start: { event: review_requested, else: ready }',
      '    end: { event: review_submitted }',
      '    outcome: { clock: business, max_days: 30 }',
      '    tools:',
      '      - id: review-bot',
      '        landed_at: { default: 2026-03-16, team.payments: 2026-04-06 }',
      '        usage: { measure: invocations, window: trailing_30d, low_min: 1, high_min: 3 }',
      '    baseline: { weeks: 8, washout_days: 14 }'
    )
  );
  expect(config.workflows[0]?.tools[0]?.landed_at).toEqual({ default: '2026-03-16', 'team.payments': '2026-04-06' });
});

test('every key is documented', () => {
  const documented = readFileSync(path.join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8');
  const keysOf = (schema: z.core.$ZodType): string[] => {
    const { def } = schema._zod;
    if ('shape' in def) {
      return Object.entries(def.shape as Record<string, z.core.$ZodType>).flatMap(([key, inner]) => [
        key,
        ...keysOf(inner),
      ]);
    }
    const inner = ['innerType', 'element', 'in'].map((name) => (def as unknown as Record<string, unknown>)[name]);
    return inner.flatMap((next) => (next ? keysOf(next as z.core.$ZodType) : []));
  };
  const keys = [...new Set(keysOf(configSchema))];
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter((key) => !documented.includes(key))).toEqual([]);
});

test('an event ends on or after its first day', () => {
  const event = (to: string): string =>
    lines('events:', '  - kind: experiment', '    title: Pilot', '    from: 2026-03-02', `    to: ${to}`);
  expect(parseConfig(event('2026-03-02')).events[0]).toEqual({
    kind: 'experiment',
    title: 'Pilot',
    from: '2026-03-02',
    to: '2026-03-02',
  });
  expect(faultOf(event('2026-03-01')).message).toContain('throughline.yaml:5: events.0.to: ends before it starts');
});

test.each([
  [`{ id: a, title: A, from: 2026-02-01, to: 2026-01-31 }`, '2: phases.0.to: 2026-01-31 ends before it starts (2026-02-01)'],
  [`{ id: a, title: A, from: 2026-02-01 }\n  - { id: a, title: B, from: 2026-03-01 }`, '3: phases.1.id: "a" is the id of a phase above: give it another one'],
  [`{ id: a, title: A, from: 2026-02-01 }\n  - { id: b, title: A, from: 2026-03-01 }`, '3: phases.1.title: "A" is the title of a phase above: panels could not tell them apart'],
  [`{ id: a, title: A, from: 2026-02-01 }\n  - { id: b, title: B, from: 2026-01-01 }`, '3: phases.1.from: 2026-01-01 is before the phase above begins (a, 2026-02-01): write phases in the order of time'],
  [`{ id: a, title: A, from: 2026-02-01, to: 2026-02-28 }\n  - { id: b, title: B, from: 2026-02-28 }`, '3: phases.1.from: 2026-02-28 lies in the phase above (a, 2026-02-01 to 2026-02-28): end that one the day before, or begin this one later'],
  [`{ id: a, title: A, from: 2026-02-01 }\n  - { id: b, title: B, from: 2026-02-01 }`, '3: phases.1.from: 2026-02-01 lies in the phase above (a, 2026-02-01 to 2026-02-01)'],
  [Array.from({ length: 13 }, (_, at) => `{ id: p${String(at)}, title: P${String(at)}, from: 2026-01-${String(at + 1).padStart(2, '0')} }`).join('\n  - '), '14: phases.12.id: "p12" is one more than 12 phases'],
  [`{ id: a, title: ' ', from: 2026-02-01 }`, '2: phases.0.title: say what it is called'],
])('phases follow one another: %s', (text, fault) => {
  expect(faultOf(`phases:\n  - ${text}\n`).message).toContain(`throughline.yaml:${fault}`);
}); // prettier-ignore

test('a team has phases of its own, which may have the ids and the days of those of everyone', () => {
  const text = lines('phases:', '  - { id: a, title: A, from: 2026-02-01 }', '  - { id: a, title: A, from: 2026-01-01, team: web }');
  expect(parseConfig(text).phases).toEqual([{ id: 'a', title: 'A', from: '2026-02-01' }, { id: 'a', title: 'A', from: '2026-01-01', team: 'web' }]);
}); // prettier-ignore

test('tags are mapped in one way: by tag_patterns or by deployments.tags', () => {
  const both = lines(
    'repositories:',
    '  - path: .',
    "    tag_patterns: ['v*']",
    "    deployments: { tags: [{ pattern: 'v*' }] }"
  );
  expect(faultOf(both).message).toContain('give either tag_patterns or deployments.tags');
  expect(faultOf(lines('repositories:', '  - path: .', '    deployments: { tags: [] }')).message).toContain(
    'throughline.yaml:3: repositories.0.deployments.tags'
  );
});

test('no connector is called like a key of the house: its section would hide it', () => {
  expect(Object.keys(sections).filter((name) => Object.hasOwn(house, name))).toEqual([]);
});

test('a relative path of a repository means beside the file, wherever the command runs; an absolute one and a url stay', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-beside-'));
  try {
    const file = path.join(folder, 'throughline.yaml');
    writeFileSync(
      file,
      'repositories: [{ path: ../shop }, { path: . }, { path: /srv/web }, { url: https://acme.io/a.git }]\n'
    );
    for (const [given, cwd] of [
      [file, tmpdir()],
      [undefined, folder],
      [path.join(path.basename(folder), 'throughline.yaml'), path.dirname(folder)],
    ] as const) {
      const { repositories } = loadConfig(given, cwd).config;
      expect(repositories.map(({ path: at, url }) => at ?? url)).toEqual([
        path.join(path.dirname(folder), 'shop'),
        folder,
        '/srv/web',
        'https://acme.io/a.git',
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('days that are none, absurd years, hours that end before they begin and names that mean two things are refused with their line and the way out', () => {
  const exclusion = (fields: string): string => `exclusions:\n  - { ${fields}, reason: r }`;
  const jira = (states: string): string => `jira:\n  { url: "https://acme.atlassian.net", email: a@acme.io, api_token: token-of-a-test, states: ${states} }`;
  const cases: ReadonlyArray<readonly [string, string]> = [
    [exclusion('kind: freeze, from: 2026-02-30, to: 2026-03-01'), ':2: exclusions.0.from: "2026-02-30" is no day of the calendar; write one like 2026-01-31'],
    [exclusion('kind: freeze, from: 0206-05-01, to: 2026-05-01'), ':2: exclusions.0.from: lies outside of 1990 to 2199: check the year'],
    [exclusion('kind: holiday, from: 2026-05-01, to: 2062-05-01'), ':2: exclusions.0.to: 2026-05-01 to 2062-05-01 are 13,150 days, and a holiday has at most 366: check the years'],
    ['exclusions:\n  - { kind: freeze, from: 2026-05-01, to: 2026-05-01, reason: "a\\0b" }', ':2: exclusions.0.reason: holds NUL or half of a character'],
    ['business_hours:\n  { from: "17:00", to: "09:00" }', ':2: business_hours.to: ends before it starts: no time would ever be worked'],
    ['business_hours:\n  { days: [] }', ':2: business_hours.days: names no day'],
    [jira('{ "In Test": review, "in-test ": ready }'), ': "in-test " and "In Test" are one state (capitals, signs and spaces do not count), and say ready and review: keep one'],
  ];
  for (const [text, said] of cases) expect(() => parseConfig(text)).toThrow(said);
  expect(() => parseConfig(jira('{ "In Test": review, "in test": review, "✅": done, "🚧": in_progress }'))).not.toThrow();
}); // prettier-ignore
