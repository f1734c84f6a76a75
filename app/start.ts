/**
 * `npm start`: the main job from end to end. Collects (or loads the demo organisation), asks the three questions through the plugin's
 * own engine, prints the answers and keeps collecting until Ctrl-C. The only places that know both workspaces are this file and grafana.ts.
 */
import path from 'node:path';
import { CollectorError, lineOf, messageOf } from '../collector/src/errors.ts';
import { INTERRUPTED, interruptible } from '../collector/src/terminal/interrupt.ts';
import { complain, print } from '../collector/src/terminal/print.ts';
import { progressOn } from '../collector/src/terminal/progress.ts';
import type { Session } from '../collector/src/session.ts';
import { start, type Opened, type Started } from '../collector/src/commands/fill.ts';
import type { Config } from '../collector/src/config/schema.ts';
import { keepOrLeave } from '../collector/src/commands/keep.ts';
import { recordsOf } from '../plugin/src/backend/frames/print-rows.ts';
import { openTerminal, settingsOfUrl } from '../plugin/src/backend/terminal.ts';
import { readSettings, type ConnectionSettings } from '../plugin/src/settings.ts';
import { answerCycleTime } from './answers/cycle-time.ts';
import { answerDelivery } from './answers/delivery.ts';
import { grafanaCommand, importCommand, queryCommand, type Place } from './answers/commands.ts';
import { drawSection, wrap } from './answers/draw.ts';
import { answerDurability } from './answers/durability.ts';
import { headOf, readCoverage, readHeld, readScope, readTagsLeft, type Range, type Scope } from './answers/scope.ts';
import { hasNames, namedIn, namedOf, withForges, type NamedAtForges } from './forges.ts';
import { HELP, readOptions, readRange, type Options } from './options.ts';
import { askOf, type Ask, type Asked, type Section } from './answers/section.ts';

/** The three answers in the order in which they are printed. */
const ANSWERS: ReadonlyArray<readonly [metric: string, answer: (ask: Ask) => Promise<Section>]> = [
  ['cycle-time-by-usage', answerCycleTime],
  ['durability', answerDurability],
  ['dora-by-source', answerDelivery],
];

const SMALL_GROUPS_SHOWN =
  'Small groups are shown: this store holds facts of git alone, and whoever can read it here holds the history. Panels and alerts hide them.';

/** The same for whoever reads JSON: what a row without a number may mean. */
function smallGroups(showsAll: boolean, sections: readonly Section[]): string {
  const least = sections.reduce((most, { answer }) => Math.max(most, answer.answered.leastPeople ?? 0), 0);
  if (showsAll) return SMALL_GROUPS_SHOWN;
  return least <= 1
    ? 'Small groups are shown, as agreed in throughline.yaml (privacy.smallest_group).'
    : `Rows of fewer than ${String(least)} people are hidden, and so are those from which they would follow: their numbers are null, status suppressed_k.`;
}

function answerFailed(metric: string, cause: unknown): CollectorError {
  return new CollectorError({
    code: 'answer_failed',
    message: `The answer ${metric} could not be given: ${messageOf(cause)}`,
    fault: 'collector',
    cause,
  });
}

/** The store as the questions reach it: as a panel does where it is ours, else as the collector. */
function connectionOf({ store }: Session): ConnectionSettings {
  const { host, port, database, reader, isEmbedded, url } = store;
  return isEmbedded
    ? readSettings({ host, port, database, user: reader.user, tlsMode: 'disable' }, { password: reader.password ?? '' })
    : settingsOfUrl(url);
}

interface Answers {
  readonly head: readonly string[];
  readonly scope: Scope;
  readonly showsSmallGroups: boolean;
  readonly sections: readonly Section[];
  /** Every question that was put, in order. */
  readonly asked: readonly Asked[];
}

interface Listener {
  readonly head?: (lines: readonly string[]) => void;
  readonly section?: (section: Section) => void;
}

interface Asking extends Listener {
  readonly range: Range;
  /** Names of --github, --gitlab. */
  readonly forges: NamedAtForges;
  readonly signal: AbortSignal;
}

/** Each answer is heard as soon as it is there. @throws CollectorError `answer_failed`. */
async function answersOf(
  { session, named, isDemo }: Started,
  { range, forges, signal, ...on }: Asking
): Promise<Answers> {
  const scope = await readScope(session.pool, await namedOf(session.pool, { named, forges }), range);
  const head = [
    ...headOf(scope, await readHeld(session.pool, scope)),
    ...(await readCoverage(session.pool, scope)),
    ...(await readTagsLeft(session.pool, scope)),
  ];
  on.head?.(head);
  const terminal = await openTerminal(connectionOf(session), signal);
  try {
    const asked: Asked[] = [];
    const put = askOf(terminal, scope);
    const ask: Ask = async (...question) => {
      const answer = await put(...question);
      asked.push(answer);
      return answer;
    };
    const sections: Section[] = [];
    for (const [metric, answer] of ANSWERS) {
      const given = await answer(ask).catch((error: unknown) => {
        throw signal.aborted ? error : answerFailed(metric, error);
      });
      // Nothing real may be added to the demo.
      const section = isDemo ? { ...given, completes: null } : given;
      on.section?.(section);
      sections.push(section);
    }
    return { head, scope, showsSmallGroups: terminal.showsSmallGroups, sections, asked };
  } finally {
    await terminal.close();
  }
}

/** Rows by metric, as a panel gets them, after what they are about and what they say; then every other question that the answers rest on. */
function asJson({ head, scope, showsSmallGroups, sections, asked }: Answers, place: Place): string {
  const stepOf = ({ metric, completes }: Section): object[] =>
    completes === null
      ? []
      : [
          {
            metric,
            text: completes.text,
            command: completes.file === null ? null : importCommand(completes.file, place),
          },
        ];
  const about = {
    repositories: scope.named,
    from: scope.from.toISOString(),
    to: scope.to.toISOString(),
    known_from: scope.knownFrom?.toISOString() ?? null,
    head,
    small_groups: smallGroups(showsSmallGroups, sections),
    findings: Object.fromEntries(sections.map(({ metric, findings, notes }) => [metric, [...findings, ...notes]])),
    next_steps: sections.flatMap(stepOf),
  };
  const isBeside = (one: Asked): boolean => sections.every(({ answer }) => answer !== one);
  const beside = asked.filter(isBeside).map((one) => ({
    metric: one.metric,
    params: one.params,
    command: queryCommand(one, place),
    rows: recordsOf(one.columns, one.rows),
  }));
  const rows = sections.map(({ metric, answer }) => [metric, recordsOf(answer.columns, answer.rows)] as const);
  return JSON.stringify({ about, ...Object.fromEntries(rows), beside }, null, 2);
}

/** First answers of a forge; git histories, line lifetimes and older pull requests are still to come. */
async function printEarly(opened: Opened, asking: Asking, place: Place): Promise<void> {
  const started = { ...opened, failures: [] };
  const isRead =
    !hasNames(asking.forges) ||
    (await namedOf(opened.session.pool, { named: opened.named, forges: asking.forges })).length > 0;
  if (isRead && !(await isEmpty(started, true))) {
    await printAnswers(started, asking, place);
    print(
      '\nThese are first answers. Older pull requests, git histories and line lifetimes are read now; the answers come again with them.\n\n'
    );
  }
}

async function printAnswers(started: Started, asking: Asking, place: Place): Promise<void> {
  const width = process.stdout.columns ?? 100;
  const { showsSmallGroups, sections } = await answersOf(started, {
    ...asking,
    head: (lines) => print(`\n${lines.map((line) => wrap(line, { width })).join('\n')}\n`),
    section: (section) => print(drawSection(section, width, place)),
  });
  if (showsSmallGroups) {
    print(`\n${wrap(SMALL_GROUPS_SHOWN, { width })}\n`);
  }
  print(`\nRows behind the answers:\n${sections.map(({ more }) => `  ${queryCommand(more, place)}\n`).join('')}`);
}

/** Commands and settings that lead to just this data. */
function printStore({ session, isDemo }: Started, place: Place): void {
  const { host, port, database, reader, isEmbedded } = session.store;
  const password = isEmbedded
    ? `in ${path.join(session.home, 'connection.json')}`
    : "as set with: alter role throughline_reader login password '…'";
  print(
    [
      '',
      isDemo
        ? 'This is the demo organisation. Your own: npm start -- --repo PATH_OR_URL'
        : 'More sources: throughline.yaml (docs/configuration.md)',
      `In Grafana: ${grafanaCommand(place)}`,
      'or a Throughline data source with',
      `  host ${host}, port ${String(port)}, database ${database}, user ${reader.user},`,
      `  password ${password}`,
      '',
      '',
    ].join('\n')
  );
}

/** Nothing can be asked of a store that no repository was read into: the failures have said why. */
async function isEmpty({ session, failures }: Started, isEarly = false): Promise<boolean> {
  if (failures.length === 0 && !isEarly) {
    return false;
  }
  const { rowCount } = await session.pool.query(
    'select from repo where observed_until is not null or changes_known_from is not null limit 1'
  );
  return rowCount === 0;
}

async function main(options: Options): Promise<number> {
  const range = readRange(options);
  const place: Place = { home: options.home, config: options.config };
  const progress = progressOn(process.stderr);
  const say = (text: string): void => progress.say(text);
  return interruptible(say, async (signal) => {
    const forges = namedIn(options);
    const started = await start({
      ...(hasNames(forges) ? { complete: (config: Config) => withForges(config, { forges, repo: options.repo }, process.env) } : {}), // prettier-ignore
      // One document is asked for: it has everything.
      ...(!options.json ? { onEarly: (opened: Opened) => printEarly(opened, { range, forges, signal }, place) } : {}),
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
      const isUnread =
        hasNames(forges) && (await namedOf(started.session.pool, { named: started.named, forges })).length === 0;
      if (started.failures.some(({ isOfStore }) => isOfStore) || isUnread || (await isEmpty(started))) {
        return 1;
      }
      if (options.json) {
        print(`${asJson(await answersOf(started, { range, forges, signal }), place)}\n`);
      } else {
        await printAnswers(started, { range, forges, signal }, place);
        printStore(started, place);
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
