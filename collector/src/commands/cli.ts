/** The command line: names, options and help; each command lives in `commands/`. */
import { Command, InvalidArgumentError } from 'commander';
import { collect } from './collect.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { hookInstall, hookRemove, hookStatus } from './hook.ts';
import { importFiles } from './import.ts';
import { lines } from './lines.ts';
import { migrateStore } from './migrate.ts';
import { people } from './people.ts';
import { person } from './person.ts';
import { plan } from './plan.ts';
import { privacy } from './privacy.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { connectors } from '../connectors/registry.generated.ts';
import { defaultHome } from '../session.ts';

/** Options of a command, as commander hands them to its action. */
type OptionsOf<C extends (...args: never[]) => unknown> =
  Parameters<C> extends [...unknown[], infer Options] ? Options : never;

const collectRepeated = (value: string, before: string[]): string[] => [...before, value];

function seconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new InvalidArgumentError(`"${text}" is not a number of seconds.`);
  }
  return Number(text);
}

/** A command with the options that all share. */
function command(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--config <file>', 'configuration file (default: throughline.yaml here, if there is one)')
    .option('--home <folder>', 'folder of the embedded store and caches', defaultHome());
}

/** Names that connectors take from the command line, by connector. */
const namesIn = (options: Readonly<Record<string, unknown>>): Record<string, string[]> =>
  Object.fromEntries(connectors.flatMap(({ id, named }) => (named ? [[id, options[camel(id)] as string[]]] : [])));

/** As commander names the option of a connector. */
const camel = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

function addCollecting(program: Command, exit: (code: number) => void): void {
  command(
    program,
    'run',
    'collect on schedule until Ctrl-C (the demo organisation when nothing is configured); serves health and metrics'
  )
    .option('--repo <path or url>', 'repository to read, repeatable', collectRepeated, [])
    .option('--config-if-present <file>', 'configuration file that may be missing')
    .option('--wait <seconds>', 'longest wait for a store that is not ready (given servers only)', seconds, 120)
    .action(async (options: OptionsOf<typeof run>) => exit(await run(options)));

  command(program, 'collect', 'collect once, derive and end')
    .option('--repo <path or url>', 'repository to read, repeatable', collectRepeated, [])
    .option('--quiet', 'no progress, only faults', false)
    .action(async (options: OptionsOf<typeof collect>) => exit(await collect(options)));
}

function addPlan(program: Command, exit: (code: number) => void): void {
  const planning = command(
    program,
    'plan',
    'before anything is collected: what is inferred and why, and what each metric will have'
  )
    .option('--repo <path or url>', 'repository to read, repeatable', collectRepeated, [])
    .option('--write', 'add it to throughline.yaml; what is there stays', false)
    .option('--all', 'look into every repository and list each', false)
    .option('--json', 'as one JSON document', false);
  for (const { id, named } of connectors) {
    if (named) planning.option(`--${id} <name>`, `${named.help}, repeatable`, collectRepeated, []);
  }
  planning.action(async (options: Omit<OptionsOf<typeof plan>, 'named'> & Record<string, unknown>) =>
    exit(await plan({ ...options, named: namesIn(options) }))
  );
}

function addPeople(program: Command, exit: (code: number) => void): void {
  command(
    program,
    'people',
    'who is whom and why: people with their accounts (shows addresses), conflicts, suggestions'
  )
    .option('--conflicts', 'only what could not be joined, and why', false)
    .option('--suggestions', 'only people who may be one', false)
    .option('--json', 'as one JSON document', false)
    .option('--join <accounts...>', 'these are one person: prints the entry of the mapping')
    .option('--split <accounts...>', 'these are different people: prints the entry of the mapping')
    .option('--shared <accounts...>', 'several people use these: prints the entry of the mapping')
    .option('--write', 'put the entry into throughline.yaml; what is there stays', false)
    .action(async (options: OptionsOf<typeof people>) => exit(await people(options)));
}

function addConnect(program: Command, exit: (code: number) => void): void {
  command(program, 'connect', 'what to set so that an AI tool reports to this collector, and whether it does')
    .argument('[tool]', 'claude-code, copilot, cursor, codex, gemini or git-ai; none: what each tells')
    .option('--endpoint <url>', 'address at which tools reach the collector (default: from http.host and http.port)')
    .option('--show-token', 'with the token itself, which is made where there is none; else a placeholder', false)
    .option('--wait', 'wait for the first event (default on a terminal)')
    .option('--no-wait', 'only print')
    .option('--timeout <seconds>', 'longest wait', seconds, 600)
    .action(async (tool: string | undefined, options: ConnectOptions) => exit(await connect(tool, options)));
}

function addHook(program: Command, exit: (code: number) => void): void {
  const hook = program
    .command('hook')
    .description(
      'git hook that writes the session of the AI tool which makes a commit into the commit (no store needed)'
    );
  const part = (name: string, description: string): Command =>
    hook
      .command(name)
      .description(description)
      .option('--repo <folder>', 'a repository, or a folder in it (default: the one here)')
      .option('--template', 'all repositories that are made or cloned from now on', false);
  part('install', 'put it there, in front of what runs there already')
    .option('--note', 'into a note on the commit instead of its message', false)
    .action((options: OptionsOf<typeof hookInstall>) => exit(hookInstall(options)));
  part('remove', 'take it away; everything is as it was before').action((options: OptionsOf<typeof hookRemove>) =>
    exit(hookRemove(options))
  );
  part('status', 'whether it is there, and what calls it').action((options: OptionsOf<typeof hookStatus>) =>
    exit(hookStatus(options))
  );
}

function addPrivacy(program: Command, exit: (code: number) => void): void {
  command(program, 'person', 'what the store holds about a person, its erasure, and the key of pseudonyms')
    .option('--export <who>', 'print it as one JSON document: address, provider:login, or as people prints')
    .option('--erase <who>', 'remove the person for good; what totals rest on stays as of nobody')
    .option(
      '--rotate-key',
      'replace the key of pseudonyms: everybody gets another one, and old ones lead to nobody',
      false
    )
    .option('--yes', 'do not ask', false)
    .action(async (options: OptionsOf<typeof person>) => exit(await person(options)));

  command(program, 'privacy', 'what is not collected (privacy.collect), and what is held of it from before')
    .option('--remove', 'remove what is held of switched-off categories, and derive anew', false)
    .option('--retain', 'remove what is older than privacy.retain says, as the scheduler does once a day', false)
    .option('--json', 'as one JSON document', false)
    .action(async (options: OptionsOf<typeof privacy>) => exit(await privacy(options)));

  command(program, 'retry', 'try again what was received and could not be worked off (see status)').action(
    async (options: OptionsOf<typeof retry>) => exit(await retry(options))
  );
}

/** The program; `parseAsync` runs a command. Actions resolve with an exit code. */
export function buildProgram(exit: (code: number) => void): Command {
  const program = new Command('throughline')
    .description(
      'What did AI coding tools do to our delivery? Collects repository, deploy, incident and AI-tool telemetry into Postgres.'
    )
    .addHelpText(
      'after',
      '\nBeside these: mcp, for assistants (docs/assistants.md), where the plugin lies beside the collector.'
    )
    .showHelpAfterError('(run with --help for all options)')
    .configureHelp({ sortSubcommands: true });

  addCollecting(program, exit);

  addPlan(program, exit);

  command(program, 'status', 'each stream: last run, rows, lag, watermark, what was skipped and why')
    .option('--json', 'as one JSON document', false)
    .action(async (options: OptionsOf<typeof status>) => exit(await status(options)));

  addPeople(program, exit);

  addConnect(program, exit);

  addHook(program, exit);

  addPrivacy(program, exit);

  command(program, 'migrate', 'bring the store to the schema of this collector').action(
    async (options: OptionsOf<typeof migrateStore>) => exit(await migrateStore(options))
  );

  command(
    program,
    'import',
    'import CSV files (teams, people, ai_usage_daily, seats, deployments, incidents, incident_link, ai_attribution_override) or SCIM users (.json)'
  )
    .argument(
      '<files...>',
      'CSV files, the name says what they hold; an export of users in the form of SCIM ends in .json'
    )
    .action(async (files: string[], options: OptionsOf<typeof importFiles>) => exit(await importFiles(files, options)));

  command(program, 'demo', 'load the demo organisation into a store of its own').action(
    async (options: OptionsOf<typeof demo>) => exit(await demo(options))
  );

  program
    .command('lines')
    .description('live lines of a repository by the commit that wrote them, as git blame says (no store needed)')
    .requiredOption('--repo <path>', 'local repository')
    .option('--at <revision>', 'commit to look at', 'HEAD')
    .option('--json', 'as one JSON document', false)
    .action(async (options: OptionsOf<typeof lines>) => exit(await lines(options)));

  command(program, 'doctor', 'check configuration, connection, schema, roles, clock and git').action(
    async (options: OptionsOf<typeof doctor>) => exit(await doctor(options))
  );

  return program;
}
