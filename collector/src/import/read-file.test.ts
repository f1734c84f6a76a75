import type { HouseRow } from '../connector.ts';
import { readFile, kindOfFile } from './read-file.ts';
import type { ImportContext } from './file-kind.ts';

const A = 'abcdef01'.padEnd(40, '1');
const A2 = 'abcdef02'.padEnd(40, '2');
const B = 'bbbbbbb1'.padEnd(40, '3');
const LOST = 'c'.repeat(40);
const context: ImportContext = {
  personId: (key) => `p:${key}`,
  personOfEmail: (address) => `mail:${address}`,
  knowsEmail: (address) => address.endsWith('@acme.io'),
  accountId: (provider, key) => `${provider}:${key}`,
  repoId: (slug) => (slug === 'acme/shop' ? 7 : slug === 'acme/fork' ? 8 : null),
  commits: (sha, repoId) =>
    [
      { sha: A, repoId: 7 },
      { sha: B, repoId: 7 },
      { sha: A2, repoId: 7 },
      { sha: B, repoId: 8 },
    ].filter((one) => one.sha.startsWith(sha) && (repoId === null || one.repoId === repoId)),
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
    ['account_claim', 'git:ana@acme.io'],
    ['account', 'github:ana-gh'],
    ['account_claim', 'github:ana-gh'],
    ['account', 'git:ana@home.example'],
    ['account_claim', 'git:ana@home.example'],
    ['account', 'git:ana@old.example'],
    ['account_claim', 'git:ana@old.example'],
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
  expect(result.rows.filter((row) => row.table === 'person_day')).toHaveLength(1);
});

test('usage that is negative, absurd, no number or ahead of the clock is refused by its line', () => {
  const rows = ['2026-02-05,c,ana,-1,', '2026-02-05,c,ana,99999999999,', '2026-02-05,c,ana,1,-0.5', '2026-02-05,c,ana,1,NaN', '2026-02-05,c,ana,1,1e9', '2226-02-05,c,ana,1,', '2026-02-05,c,ana,1,0.5']; // prettier-ignore
  const { faults, goodCount } = read('ai_usage_daily.csv', 'day,tool,person_key,requests,cost_usd', ...rows);
  expect(faults.map(({ line, column, reason }) => `${String(line)} ${column} ${reason}`)).toEqual([
    '2 requests is not a whole number of 0 or more',
    '3 requests is absurd: more than 1,000,000',
    '4 cost_usd is negative',
    '5 cost_usd is not a number with a decimal point',
    '6 cost_usd is not a number with a decimal point',
    '7 day lies in the future',
  ]);
  expect(goodCount).toBe(1);
});

test('a licence is of a known person, from an instant on', () => {
  const { faults, rows } = read(
    'seats.csv',
    'tool,person_key,email,valid_from,valid_to',
    'copilot,ana,,2026-01-01,',
    'copilot,,bo@acme.io,2026-01-01,2026-03-01',
    'copilot,,stranger@else.io,2026-01-01,',
    'copilot,ana,,2026-01-01,2026-01-01',
    'copilot,,,2026-01-01,',
    ',ana,,2026-01-01,'
  );
  expect(faults.map(({ line, column }) => `${String(line)} ${column}`)).toEqual(['4 email', '5 valid_to', '6 person_key', '7 tool']); // prettier-ignore
  expect(rows.filter(({ table }) => table === 'seat').map(({ values }) => [values['person_id'], values['valid_to']])).toEqual([
    ['p:ana', null],
    ['mail:bo@acme.io', new Date('2026-03-01T00:00:00Z')],
  ]); // prettier-ignore
});

test('lines are counted in the file even when a quoted cell spans several', () => {
  const { faults } = read(
    'incident_link.csv',
    'incident_source,incident_id,commit_sha,reason',
    `pd,1,${A},"two`,
    'lines"',
    `pd,,${A},`
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
  expect(rows.find((row) => row.table === 'person_day')?.values.invocations).toBeNull();
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

describe('commits in cells', () => {
  const deployment = (repo: string, sha: string) =>
    read(
      'deployments.csv',
      'id,service,environment,status,finished_at,repo,sha',
      `d1,shop,production,success,2026-01-02T10:00:00Z,${repo},${sha}`
    );
  const stored = (result: ReturnType<typeof read>): unknown => {
    const found = result.rows.find(({ table }) => table === 'deployment')?.values;
    return found && [found['repo_id'], found['sha']];
  };

  it.each([
    ['whole', 'acme/shop', A, [7, A]],
    ['short', 'acme/shop', A.slice(0, 8), [7, A]],
    ['upper case', 'acme/shop', A.toUpperCase(), [7, A]],
    ['short and upper case', 'acme/shop', A.slice(0, 9).toUpperCase(), [7, A]],
    ['whole, not collected', 'acme/shop', LOST, [7, LOST]],
    ['without a repository', '', A.slice(0, 8), [7, A]],
  ])('that are %s are found', (...[, repo, sha, row]) => {
    const result = deployment(repo, sha);
    expect(result.faults).toEqual([]);
    expect(stored(result)).toEqual(row);
  });

  it.each([
    ['too short', 'acme/shop', 'abcdef', 'is not a commit (7 to 40 hexadecimal digits)'],
    ['no sha', 'acme/shop', 'v1.2.3', 'is not a commit (7 to 40 hexadecimal digits)'],
    ['short and unknown', 'acme/shop', 'ddddddd', 'is short, and the beginning of a commit not of this repository'],
    ['ambiguous', 'acme/shop', 'abcdef0', 'begins the names of several commits'],
    ['in two repositories', '', B, 'is in several collected repositories'],
    ['unknown without a repository', '', LOST, 'is empty, and no collected repository has the commit'],
  ])('that are %s refuse the row', (...[, repo, sha, reason]) => {
    const result = deployment(repo, sha);
    expect(result.rows).toEqual([]);
    expect(result.faults[0]?.reason).toContain(reason);
  });

  it('are read alike in every file', () => {
    const short = A.slice(0, 8).toUpperCase();
    const override = read(
      'ai_attribution_override.csv',
      'repo,commit_sha,ai_share,set_at',
      `acme/shop,${short},0.9,2026-02-01`
    );
    expect(override.rows[0]?.values['target']).toBe(A);
    const link = read('incident_link.csv', 'incident_source,incident_id,commit_sha', `pd,1,${short}`);
    expect(link.rows[0]?.values['cause_sha']).toBe(A);
    const incident = read('incidents.csv', 'id,source,service,started_at,cause_sha', `1,pd,shop,2026-02-01,${short}`);
    expect(incident.rows[0]?.values['cause_sha']).toBe(A);
    for (const [file, head, line] of [
      ['ai_attribution_override.csv', 'repo,commit_sha,ai_share,set_at', 'acme/shop,ddddddd,0.9,2026-02-01'],
      ['incident_link.csv', 'incident_source,incident_id,commit_sha', 'pd,1,ddddddd'],
      ['incidents.csv', 'id,source,service,started_at,cause_sha', '1,pd,shop,2026-02-01,ddddddd'],
    ] as const) {
      expect(read(file, head, line).faults[0]?.reason).toContain('is short');
    }
  });
});

describe('what has no effect is said', () => {
  const deployments = (...lines: string[]) =>
    read('deployments.csv', 'id,service,environment,status,finished_at,repo,sha', ...lines);

  it('deployments without repository or commit', () => {
    expect(
      deployments('d1,shop,production,success,2026-01-02,,', 'd2,shop,production,success,2026-01-02,,').notices
    ).toEqual([
      'lines 2, 3: a deployment without repo and no sha counts in frequency and failures, but ships no known change',
    ]);
    expect(deployments(`d1,shop,production,success,2026-01-02,acme/shop,${LOST}`).notices[0]).toContain(
      'is not collected'
    );
  });

  it.each([
    ['production', 'production', false],
    ['PROD', 'production', false],
    ['prd', 'production', false],
    ['Live', 'production', false],
    ['staging', 'staging', true],
    ['eu-west-1', 'eu-west-1', true],
  ])('environment %s', (given, name, isSaid) => {
    const { rows, notices } = deployments(`d1,shop,${given},success,2026-01-02,acme/shop,${A}`);
    expect(rows.find(({ table }) => table === 'deployment')?.values['environment']).toBe(name);
    expect(notices.length > 0).toBe(isSaid);
  });
});

describe('days and hours that are not', () => {
  it.each([
    '2026-02-30T10:00:00Z',
    '2026-04-31T10:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T10:60:00Z',
    '2026-01-01T10:00:60Z',
    '2026-01-01T10:00:00+15:00',
    '2026-01-01T10:00:00+01:60',
    '2026-02-30',
    '31.01.2026',
    '01/31/2026',
    '2026-01-31 10:00:00',
    '2026-01-31T10:00:00',
    '2026-1-5T10:00:00Z',
    '46000',
  ])('%s is refused', (at) => {
    const { faults } = read('incidents.csv', 'id,source,service,started_at', `1,pd,shop,${at}`);
    expect(faults[0]?.reason).toContain('is not a');
  });

  it.each([
    ['2026-01-31T10:00:00Z', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00Z', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:00.125+02:00', '2026-01-31T08:00:00.125Z'],
    ['2026-01-31T00:30:00-0530', '2026-01-31T06:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ])('%s is %s', (at, instant) => {
    const { rows } = read('incidents.csv', 'id,source,service,started_at', `1,pd,shop,${at}`);
    expect(rows[0]?.values['started_at']).toEqual(new Date(instant));
  });
});

describe('what spreadsheets leave', () => {
  it('empty columns at the right and empty lines do no harm', () => {
    const result = read('teams.csv', 'team,title,,', 'web,Web,,', ',,,', 'ops,Ops', 'app,App,,,,');
    expect(result.faults).toEqual([]);
    expect(result.rows.map(({ values }) => values['team_id'])).toEqual(['web', 'ops', 'app']);
  });

  it('a column without a name in the middle, a cell too many, and other signs between columns are refused', () => {
    expect(() => read('teams.csv', 'team,,title', 'web,x,Web')).toThrow('column 2 has no name');
    expect(read('teams.csv', 'team,title', 'web,Web,more').faults[0]?.reason).toBe(
      'has 3 cells where the header has 2'
    );
    expect(() => read('teams.csv', 'team;title', 'web;Web')).toThrow('columns are separated by ;, not by commas');
    expect(() => read('teams.csv', 'team\ttitle', 'web\tWeb')).toThrow('columns are separated by tabs');
  });

  it('text that was damaged before is said', () => {
    expect(read('teams.csv', 'team', 'StÃ¶rung').notices[0]).toContain('read as Windows-1252');
    expect(read('teams.csv', 'team', 'K\ufffdche').notices[0]).toContain('replacement characters');
    expect(read('teams.csv', 'team', 'São Paulo, Ã').notices).toEqual([]);
  });
});
