/**
 * `npm start`: the main job from end to end. Collects (or loads the demo organisation), asks the three questions through the plugin's
 * own engine, prints the answers and keeps collecting until Ctrl-C. The only places that know both workspaces are this file and grafana.ts.
 */
import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { CollectorError, lineOf, messageOf } from '../collector/src/errors.ts';
import { INTERRUPTED, interruptible } from '../collector/src/terminal/interrupt.ts';
import { progressOn } from '../collector/src/terminal/progress.ts';
import { defaultHome, type Session } from '../collector/src/session.ts';
import { start, type Started } from '../collector/src/commands/fill.ts';
import { keepOrLeave } from '../collector/src/commands/keep.ts';
import { readInstant } from '../plugin/src/backend/query/instant.ts';
import { complain, print } from '../collector/src/terminal/print.ts';

const run = promisify(execFile);
const queryCli = path.join(import.meta.dirname, '../plugin/src/backend/cli.ts');
const YEAR_MS = 365 * 86_400_000;

/** The three answers in the order in which they are printed, each with the question that it answers. */
const QUESTIONS = [
  { metric: 'cycle-time-by-usage', question: 'Did work get faster where AI is used?' },
  { metric: 'durability', question: 'Does the code stay?' },
  { metric: 'dora-by-source', question: 'Do changes fail more often when AI wrote them?' },
] as const;

const HELP = `npm start -- [options]

  --repo PATH_OR_URL   read this repository (repeatable) instead of showing the demo organisation
  --once               end after one pass
  --json               with --once: one JSON document on stdout; everything else goes to stderr
  --from, --to DATE    range of the answers (default: the 12 months up to the newest data)
  --config FILE        configuration (default: throughline.yaml here, if there is one)
  --home FOLDER        folder of the embedded store and caches (default: .throughline)
`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        repo: { type: 'string', multiple: true, default: [] },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        from: { type: 'string' },
        to: { type: 'string' },
        config: { type: 'string' },
        home: { type: 'string', default: defaultHome() },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    complain(`${messageOf(error)}\n${HELP}`);
    process.exit(2);
  }
}

type Options = ReturnType<typeof readOptions>;

/** An instant of the command line, as the query takes it. @throws CollectorError `bad_range`. */
function instantOf(option: string, text: string): Date {
  const at = readInstant(text);
  if (at === null) {
    throw badRange(`${option} ${text} is not a date. Use 2026-01-31, 2026-01-31T12:00:00Z, or 90d for 90 days ago.`);
  }
  return at;
}

function badRange(message: string): CollectorError {
  return new CollectorError({ code: 'bad_range', message, fault: 'config' });
}

interface Asked {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** What --from and --to say, before anything is collected. @throws CollectorError `bad_range`. */
function readRange({ from, to }: Options): Asked {
  const asked = {
    from: from === undefined ? null : instantOf('--from', from),
    to: to === undefined ? null : instantOf('--to', to),
  };
  if (asked.from !== null && asked.to !== null && asked.from >= asked.to) {
    throw badRange(`--from ${from ?? ''} is not before --to ${to ?? ''}. Give an earlier --from.`);
  }
  return asked;
}

/** Range of the answers: as asked, or the 12 months up to the newest data (a clone may have stopped years ago). */
async function rangeOf(asked: Asked, session: Session): Promise<{ from: string; to: string }> {
  const { rows } = await session.pool.query<{ newest: Date | null }>('select max(observed_until) as newest from repo');
  const newest = rows[0]?.newest ?? new Date();
  const to = asked.to ?? new Date(Math.min(newest.getTime() + 1000, Date.now()));
  const from = asked.from ?? new Date(to.getTime() - YEAR_MS);
  return { from: from.toISOString(), to: to.toISOString() };
}

/** Runs one metric exactly as a panel would. */
const queryArgs = (metric: string, { from, to }: { from: string; to: string }, home: string): string[] => [
  '--disable-warning=ExperimentalWarning',
  queryCli,
  metric,
  '--from',
  from,
  '--to',
  to,
  '--home',
  home,
];

/** The query must look where the collector wrote, whichever way it was told. */
const queryEnv = ({ store }: Session): NodeJS.ProcessEnv =>
  store.isEmbedded ? process.env : { ...process.env, DATABASE_URL: store.url };

function answerFailed(metric: string, reason: string): CollectorError {
  return new CollectorError({
    code: 'answer_failed',
    message: `The answer ${metric} could not be given: ${reason}`,
    fault: 'collector',
  });
}

async function answersAsJson(options: Options, asked: Asked, session: Session): Promise<string> {
  const range = await rangeOf(asked, session);
  const answers: Record<string, unknown> = {};
  for (const { metric } of QUESTIONS) {
    const { stdout } = await run(process.execPath, [...queryArgs(metric, range, options.home), '--json'], {
      maxBuffer: 1 << 28,
      env: queryEnv(session),
    }).catch(({ stderr = '' }: { stderr?: string }) => {
      throw answerFailed(metric, stderr.trim() || 'the query ended and said nothing.');
    });
    answers[metric] = JSON.parse(stdout);
  }
  return JSON.stringify(answers, null, 2);
}

async function printAnswers(options: Options, asked: Asked, session: Session): Promise<void> {
  const range = await rangeOf(asked, session);
  print(`\nFrom ${range.from.slice(0, 10)} to ${range.to.slice(0, 10)}\n`);
  for (const { metric, question } of QUESTIONS) {
    print(`\n${question}  (${metric})\n`);
    const done = spawnSync(process.execPath, [...queryArgs(metric, range, options.home), '--brief'], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: queryEnv(session),
    });
    if (done.status !== 0) {
      throw answerFailed(metric, 'see the line above.');
    }
  }
}

function printStore({ session, isDemo }: Started): void {
  const { host, port, database, reader, isEmbedded } = session.store;
  const password = isEmbedded
    ? `in ${path.join(session.home, 'connection.json')}`
    : "as set with: alter role throughline_reader login password '…'";
  print(
    [
      '',
      isDemo
        ? 'This is the demo organisation. Your own: npm start -- --repo PATH_OR_URL'
        : 'More: throughline.yaml (docs/configuration.md)',
      'In Grafana: npm run grafana -- --home /usr/share/grafana, or add a Throughline data source with',
      `  host ${host}, port ${String(port)}, database ${database}, user ${reader.user}, password ${password}`,
      '',
      '',
    ].join('\n')
  );
}

/** Nothing can be asked of a store that no repository was read into: the failures have said why. */
async function isEmpty({ session, failures }: Started): Promise<boolean> {
  if (failures.length === 0) {
    return false;
  }
  const { rowCount } = await session.pool.query('select from repo where observed_until is not null limit 1');
  return rowCount === 0;
}

async function main(options: Options): Promise<number> {
  const asked = readRange(options);
  const progress = progressOn(process.stderr);
  const say = (text: string): void => progress.say(text);
  return interruptible(say, async (signal) => {
    const started = await start({
      home: options.home,
      ...(options.config ? { config: options.config } : {}),
      repos: options.repo,
      progress,
      signal,
    });
    try {
      if (signal.aborted) {
        return INTERRUPTED;
      }
      if (started.failures.some(({ isOfStore }) => isOfStore) || (await isEmpty(started))) {
        return 1;
      }
      if (options.json) {
        print(`${await answersAsJson(options, asked, started.session)}\n`);
      } else {
        await printAnswers(options, asked, started.session);
        printStore(started);
      }
      if (!options.once) {
        await keepOrLeave({ ...started, signal, say, mayMovePort: true });
      }
      return started.failures.length > 0 ? 1 : 0;
    } finally {
      await started.session.close();
    }
  });
}

const options = readOptions();
if (options.help) {
  print(HELP);
} else {
  try {
    process.exitCode = await main(options);
  } catch (error) {
    complain(`throughline: ${lineOf(error)}\n`);
    process.exitCode = 1;
  }
}
