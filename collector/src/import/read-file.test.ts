import type { HouseRow } from '../connector.ts';
import { readFile, kindOfFile } from './read-file.ts';
import type { ImportContext } from './file-kind.ts';

const context: ImportContext = {
  personId: (key) => `p:${key}`,
  personOfEmail: (address) => `mail:${address}`,
  accountId: (provider, key) => `${provider}:${key}`,
  repoId: (slug) => (slug === 'acme/shop' ? 7 : null),
};
const read = (file: string, ...lines: string[]) => readFile(file, lines.join('\n'), context);

test('a person becomes a person, an account per provider, a team and a membership', () => {
  const { rows, faults } = read(
    'people.csv',
    'person_key,email,git_emails,github_login,team,valid_from',
    'ana,Ana@Acme.io,ana@home.example;ana@old.example,ana-gh,checkout,2026-01-01'
  );
  expect(faults).toEqual([]);
  expect(rows.map((row) => [row.table, row.values.account_id ?? row.values.team_id ?? row.values.person_id])).toEqual([
    ['person', 'p:ana'],
    ['account', 'git:ana@acme.io'],
    ['account', 'github:ana-gh'],
    ['account', 'git:ana@home.example'],
    ['account', 'git:ana@old.example'],
    ['team', 'checkout'],
    ['membership', 'checkout'],
  ]);
});

test('a bad row is refused with line, column, value and reason; good rows of the same file are kept', () => {
  const result = read(
    'ai_usage_daily.csv',
    'day,tool,person_key,requests',
    '2026-02-30,copilot,ana,4',
    '2026-02-03,copilot,ana,four',
    '2026-02-04,copilot,,4',
    '2026-02-05,copilot,ana,4'
  );
  expect(result.faults).toEqual([
    { line: 2, column: 'day', value: '2026-02-30', reason: 'is not a date like 2026-01-31' },
    { line: 3, column: 'requests', value: 'four', reason: 'is not a whole number of 0 or more' },
    { line: 4, column: 'person_key', value: '', reason: 'needs one of person_key, email' },
  ]);
  expect(result.goodCount).toBe(1);
  expect(result.rows.filter((row) => row.table === 'tool_day')).toHaveLength(1);
});

test('lines are counted in the file even when a quoted cell spans several', () => {
  const { faults } = read(
    'incident_link.csv',
    'incident_source,incident_id,commit_sha,reason',
    'pd,1,abc,"two',
    'lines"',
    'pd,,abc,'
  );
  expect(faults).toEqual([{ line: 4, column: 'incident_id', value: '', reason: 'is empty but required' }]);
});

test('a missing required column refuses the whole file by name', () => {
  expect(() => read('teams.csv', 'title', 'x')).toThrow('teams.csv: line 1: required column "team" is missing');
});

test('an unknown file name is refused with the names that are known', () => {
  expect(() => kindOfFile('staff.csv')).toThrow('Rename it to one of teams.csv, people.csv');
});

test('a missing value stays missing and never becomes zero', () => {
  const { rows } = read('ai_usage_daily.csv', 'day,tool,person_key', '2026-02-05,copilot,ana');
  expect(rows.find((row) => row.table === 'tool_day')?.values.invocations).toBeNull();
});

test('a repository that is not collected refuses the row, not the file', () => {
  const { faults, goodCount } = read(
    'ai_attribution_override.csv',
    'repo,pr_number,ai_share,set_at',
    'acme/shop,12,0.3,2026-02-05',
    'acme/none,13,0.3,2026-02-05'
  );
  expect(goodCount).toBe(1);
  expect(faults[0]).toMatchObject({ line: 3, column: 'repo', value: 'acme/none' });
});

test('an instant without a zone is refused', () => {
  const { faults } = read('incidents.csv', 'id,source,service,started_at', '1,pd,shop,2026-02-05T10:00');
  expect(faults[0]?.reason).toContain('is not an instant');
});

test('a byte order mark does no harm, and unknown columns are named and kept as written', () => {
  const result = readFile('teams.csv', '\uFEFFteam," Colour ",note\nweb,007,\nops,,\n', context);
  expect(result.unknownColumns).toEqual(['Colour', 'note']);
  expect(result.goodCount).toBe(2);
  expect(result.rows.map(({ values }) => values.extra)).toEqual([{ Colour: '007' }, null]);
});

test('a column may be called like what every object has', () => {
  const { rows, unknownColumns } = read('teams.csv', 'team,constructor,__proto__', 'web,a,b');
  expect(unknownColumns).toEqual(['constructor', '__proto__']);
  expect(JSON.stringify(rows[0]?.values.extra)).toBe('{"constructor":"a","__proto__":"b"}');
});

test('what people.csv says besides stays with the membership: no account and no team has it', () => {
  const { rows } = read('people.csv', 'person_key,email,team,valid_from,full_name', 'ana,ana@acme.io,web,2026-01-01,Ana'); // prettier-ignore
  expect(rows.filter(({ values }) => 'extra' in values)).toEqual([
    { table: 'membership', values: expect.objectContaining({ extra: { full_name: 'Ana' } }) as HouseRow['values'] },
  ]);
});

test('a row with too few cells names both counts', () => {
  const { faults } = read('teams.csv', 'team,title', 'web');
  expect(faults[0]?.reason).toBe('has 1 cells where the header has 2');
});

test('broken quoting refuses the file with the line', () => {
  expect(() => read('teams.csv', 'team', '"web')).toThrow(/teams\.csv: line \d+: not RFC 4180/);
});
