/** `npm run bench`: measures one part of the product; see `usage`. Each part is loaded only when it is asked for. */
import { parseArgs } from 'node:util';
import { messageOf } from '../collector/src/errors.ts';

const usage = `Usage: npm run bench -- --repo PATH [--repo PATH …] [--rounds N] [--json]
         the line-lifetime engine beside git log on the same repository, best and median of N rounds (default 3)
       npm run bench -- --merges N [--rounds N] [--json]
         the same on a generated history of releases whose fixes are merged upwards, with N merges
       npm run bench -- --repo PATH [--repo PATH …] --oracle N [--files N] [--seed N] [--json]
         the engine beside git blame, line by line, at HEAD and N random commits, in all text files, or all of HEAD and N random ones of each other
       npm run bench -- --store [--home DIR] [--small] [--runs N] [--only TEXT] [--json]
         how fast the store of a large organisation answers
       npm run bench -- --answers URL [--answers URL …] [--json]
         whether stores give the same answers: every metric, mode, grouping and choice; the URL is that of a role that reads
       npm run bench -- --plugin [--queries N] [--points N] [--parallel N] [--json]
         the backend of the plugin
       npm run bench -- --viewers N [--beside FILE] [--rounds N] [--json]
         N people open the overview at once, all the same and each with other values; FILE: another executable of the backend, in the same run
       npm run bench -- --receive [--rate N] [--seconds N] [--json]
         how soon pushes are answered at N a second (default 500, for 20 s)
       npm run bench -- --otlp [--rate N] [--seconds N] [--rounds N] [--json]
         telemetry by the exporter of the OpenTelemetry SDK: N exports of 100 points a second (default 100, for 20 s), best of N rounds first
       npm run bench -- --lost [--points N] [--accidents N] [--json]
         N points (default 100000) while the collector and Postgres are killed and restarted (default 12 times): is each stored once?
       npm run bench -- --github [--repositories N] [--pulls N] [--json]
         an organisation read from a generated GitHub (default 300 repositories, 60000 pull requests): points, time, memory
       npm run bench -- --github --real [--repositories N] [--pulls N] [--minutes N] [--json]
         first answers by the clock (default 1000 repositories, 60000 pull requests), then N minutes of older pull requests (default 2)
       npm run bench -- --mirrors N [--room N] [--json]
         N repositories (e.g. 200) whose mirrors have room for some of them (default 50): fetches and time of a first, an idle and a changed pass
       npm run bench -- --coverage [--sets N] [--only TEXT] [--json]
         how often the 95 % intervals hold the truth, by estimate and number of clusters, over N simulated data sets (default 2000)
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  json: flag,
  repo: { type: 'string', multiple: true },
  merges: text,
  rounds: text,
  oracle: text,
  files: text,
  seed: text,
  store: flag,
  home: text,
  small: flag,
  runs: text,
  only: text,
  answers: { type: 'string', multiple: true },
  plugin: flag,
  queries: text,
  points: text,
  parallel: text,
  viewers: text,
  beside: text,
  github: flag,
  real: flag,
  minutes: text,
  repositories: text,
  pulls: text,
  mirrors: text,
  room: text,
  coverage: flag,
  sets: text,
  receive: flag,
  otlp: flag,
  lost: flag,
  accidents: text,
  rate: text,
  seconds: text,
} as const;
const OF_MODE = {
  repo: ['rounds', 'oracle', 'files', 'seed'],
  merges: ['rounds'],
  store: ['home', 'small', 'runs', 'only'],
  answers: [],
  plugin: ['queries', 'points', 'parallel'],
  viewers: ['beside', 'rounds'],
  github: ['repositories', 'pulls', 'real', 'minutes'],
  mirrors: ['room'],
  coverage: ['sets', 'only'],
  receive: ['rate', 'seconds'],
  otlp: ['rate', 'seconds', 'rounds'],
  lost: ['points', 'accidents'],
} as const;
const MODES = Object.keys(OF_MODE) as (keyof typeof OF_MODE)[];

class UsageError extends Error {}

type Values = ReturnType<typeof parse>;

function parse(): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** The mode that is asked for; every option must be one of it. */
function modeOf(values: Values): keyof typeof OF_MODE {
  const [mode, ...others] = MODES.filter((name) => values[name] !== undefined);
  if (!mode || others.length > 0)
    throw new UsageError(
      'exactly one of --repo, --merges, --store, --answers, --plugin, --viewers, --receive, --otlp, --lost, --github, --mirrors and --coverage is needed'
    );
  const known: readonly string[] = ['json', mode, ...OF_MODE[mode]];
  const foreign = Object.keys(values).find((name) => !known.includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not go with --${mode}`);
  return mode;
}

type NumberOption =
  | 'accidents'
  | 'viewers'
  | 'minutes'
  | 'repositories'
  | 'pulls'
  | 'merges'
  | 'mirrors'
  | 'room'
  | 'rate'
  | 'seconds'
  | 'rounds'
  | 'oracle'
  | 'files'
  | 'seed'
  | 'runs'
  | 'queries'
  | 'points'
  | 'parallel'
  | 'sets';

/** The given numbers, by name; what is not given is absent. */
function numbers<Name extends NumberOption>(values: Values, ...names: readonly Name[]): Partial<Record<Name, number>> {
  const given: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const value = values[name];
    if (value === undefined) continue;
    const least = name === 'seed' ? 0 : 1;
    if (!/^\d+$/.test(value) || Number(value) < least)
      throw new UsageError(`--${name} ${value}: a whole number from ${String(least)} on is needed`);
    given[name] = Number(value);
  }
  return given;
}

const isGiven = <Value>(name: string, value: Value | undefined): Record<string, Value> =>
  value === undefined ? {} : { [name]: value };

const print = (text: string): void => void process.stdout.write(`${text.trimEnd()}\n`);

async function viewersOf(values: Values, json: boolean): Promise<void> {
  const { benchViewers } = await import('./plugin/viewers.ts');
  const { drawViewers } = await import('./plugin/viewers-report.ts');
  const { viewers = 20, rounds } = numbers(values, 'viewers', 'rounds');
  const found = await benchViewers(viewers, { ...isGiven('beside', values.beside), ...isGiven('rounds', rounds) });
  print(json ? JSON.stringify(found, null, 2) : drawViewers(found, viewers));
}

async function receiveOf(values: Values, json: boolean): Promise<void> {
  const { benchReceive, drawReceive } = await import('./receive/measure.ts');
  const bench = await benchReceive(numbers(values, 'rate', 'seconds'));
  print(json ? JSON.stringify(bench, null, 2) : drawReceive(bench));
}

async function otlpOf(values: Values, json: boolean): Promise<void> {
  const { benchOtlp, drawOtlp } = await import('./otlp/measure.ts');
  const bench = await benchOtlp(numbers(values, 'rate', 'seconds', 'rounds'));
  print(json ? JSON.stringify(bench, null, 2) : drawOtlp(bench));
}

async function lostOf(values: Values, json: boolean): Promise<void> {
  const { benchLost, drawLost, isWhole } = await import('./otlp/lost.ts');
  const bench = await benchLost(numbers(values, 'points', 'accidents'));
  print(json ? JSON.stringify(bench, null, 2) : drawLost(bench));
  if (!isWhole(bench)) process.exitCode = 1;
}

async function main(): Promise<void> {
  const values = parse();
  const mode = modeOf(values);
  const json = values.json === true;
  if (mode === 'repo') {
    const { benchRepositories } = await import('./lifetimes/repositories.ts');
    await benchRepositories(values.repo ?? [], { json, ...numbers(values, 'rounds', 'oracle', 'files', 'seed') });
  } else if (mode === 'mirrors') {
    const { benchMirrors } = await import('./mirrors/measure.ts');
    const { mirrors = 0, room } = numbers(values, 'mirrors', 'room');
    print(await benchMirrors(mirrors, { json, ...(room === undefined ? {} : { room }) }));
  } else if (mode === 'merges') {
    const { benchMerges } = await import('./lifetimes/repositories.ts');
    const { merges = 0, rounds } = numbers(values, 'merges', 'rounds');
    await benchMerges(merges, { json, ...isGiven('rounds', rounds) });
  } else if (mode === 'store') {
    const { benchStore, LIMITS_MS } = await import('./store/measure.ts');
    const { drawReport } = await import('./store/report.ts');
    const { small, only, home } = values;
    const asked = { ...isGiven('folder', home), ...isGiven('small', small), ...isGiven('only', only) };
    const bench = await benchStore({ ...asked, ...numbers(values, 'runs') });
    print(json ? JSON.stringify(bench, null, 2) : drawReport(bench, LIMITS_MS));
  } else if (mode === 'answers') {
    const { compareAnswers, drawAnswers } = await import('./answers/compare.ts');
    const results = await compareAnswers(values.answers ?? []);
    print(json ? JSON.stringify(results, null, 2) : drawAnswers(results));
    if (results.some(({ different }) => different.length > 0)) process.exitCode = 1;
  } else if (mode === 'receive') {
    await receiveOf(values, json);
  } else if (mode === 'otlp') {
    await otlpOf(values, json);
  } else if (mode === 'lost') {
    await lostOf(values, json);
  } else if (mode === 'viewers') {
    await viewersOf(values, json);
  } else if (mode === 'github') {
    const { drawGitHubReport, drawRealReport } = await import('./github/report.ts');
    if (values.real === true) {
      const { benchReal } = await import('./github/real.ts');
      const bench = await benchReal(numbers(values, 'repositories', 'pulls', 'minutes'));
      print(json ? JSON.stringify(bench, null, 2) : drawRealReport(bench));
      return;
    }
    if (values.minutes !== undefined) throw new UsageError('--minutes goes with --github --real');
    const { benchGitHub } = await import('./github/measure.ts');
    const bench = await benchGitHub(numbers(values, 'repositories', 'pulls'));
    print(json ? JSON.stringify(bench, null, 2) : drawGitHubReport(bench));
  } else if (mode === 'coverage') {
    const { measureCoverage } = await import('./coverage/measure.ts');
    const { drawCoverage } = await import('./coverage/report.ts');
    const { sets = 2000 } = numbers(values, 'sets');
    const results = measureCoverage(sets, { only: ({ title }) => title.includes(values.only ?? '') });
    print(json ? JSON.stringify(results, null, 2) : drawCoverage(results, sets));
  } else {
    const { benchPlugin } = await import('./plugin/measure.ts');
    const { drawPluginReport } = await import('./plugin/report.ts');
    const bench = await benchPlugin(numbers(values, 'queries', 'points', 'parallel'));
    print(json ? JSON.stringify(bench, null, 2) : drawPluginReport(bench));
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${messageOf(error)}\n${error instanceof UsageError ? usage : ''}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
