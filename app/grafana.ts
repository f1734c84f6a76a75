/**
 * `npm run grafana -- --grafana DIR`: starts a Grafana that is already on this machine, on loopback, with this plugin, `provisioning/`,
 * `dashboards/` and the store of `--home` or `--config` (the demo organisation, or what `npm start -- --repo R` collected).
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CollectorError, messageOf } from '../collector/src/errors.ts';
import { progressOn } from '../collector/src/terminal/progress.ts';
import { readBoardAnswers } from './board-answers.ts';
import { defaultHome, type Session } from '../collector/src/session.ts';
import { start } from '../collector/src/commands/fill.ts';
import { complain } from '../collector/src/terminal/print.ts';
import { inOrder, type Held, type OrderedPanel } from '../dashboards/src/board-order.ts';
import { withHiddenNote } from '../dashboards/src/board-heights.ts';
import { isOfReaders, rangeThatShows, type Board, type Period } from '../dashboards/src/board-range.ts';
import { HOLDS } from '../plugin/src/backend/query/explain-empty.ts';
import { leastPeople } from '../plugin/src/backend/query/least-people.ts';
import { metrics } from '../plugin/src/metrics/registry.generated.ts';

const PLUGIN_ID = 'throughline-delivery-datasource';
/** Lies in a folder of the data source. */
const PANEL_ID = 'throughline-interval-panel';
const root = path.join(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    grafana: { type: 'string' },
    bin: { type: 'string' },
    port: { type: 'string', default: '3000' },
    home: { type: 'string', default: defaultHome() },
    config: { type: 'string' },
  },
});

function fault(message: string): CollectorError {
  return new CollectorError({ code: 'grafana_start', message, fault: 'config' });
}

/** Grafana's home and binary. @throws CollectorError `grafana_start` naming what is missing. */
function findGrafana(): { home: string; binary: string } {
  if (options.grafana === undefined) {
    throw fault('Name the folder of a Grafana on this machine: npm run grafana -- --grafana /usr/share/grafana');
  }
  const home = path.resolve(options.grafana);
  const binary = path.resolve(options.bin ?? path.join(home, 'bin', 'grafana'));
  for (const needed of [path.join(home, 'conf', 'defaults.ini'), path.join(home, 'public'), binary]) {
    if (!existsSync(needed)) {
      throw fault(
        `${needed} does not exist. Check --grafana and --bin: the folder of a Grafana has conf/, public/ and bin/grafana.`
      );
    }
  }
  return { home, binary };
}

/** Copies provisioning/ with the secret's path and Grafana's address on this machine; Grafana reads the password from a file of mode 0600. */
function prepareProvisioning(work: string, secretFile: string): string {
  const target = path.join(work, 'provisioning');
  rmSync(target, { recursive: true, force: true });
  for (const part of ['datasources', 'dashboards', 'alerting']) {
    cpSync(path.join(root, 'provisioning', part), path.join(target, part), { recursive: true });
  }
  const replace = (part: string, from: string, to: string): void => {
    for (const file of readdirSync(path.join(target, part))) {
      const whole = path.join(target, part, file);
      writeFileSync(whole, readFileSync(whole, 'utf8').replaceAll(from, to));
    }
  };
  replace('datasources', '/run/throughline/reader', secretFile);
  replace('alerting', '{{ externalURL }}', `http://127.0.0.1:${options.port}/`);
  return target;
}

function preparePlugin(work: string): string {
  const dist = path.join(root, 'plugin', 'dist');
  if (!existsSync(path.join(dist, 'plugin.json'))) {
    throw fault('The plugin is not built yet. Run: npm run build');
  }
  const plugins = path.join(work, 'plugins');
  rmSync(plugins, { recursive: true, force: true });
  mkdirSync(plugins, { recursive: true });
  symlinkSync(dist, path.join(plugins, PLUGIN_ID));
  return plugins;
}

interface Boards {
  /** Folder of the boards. */
  readonly folder: string;
  /** Said at the start; null = the boards open as they ship. */
  readonly note: string | null;
}

/** People by four weeks, and the least number of people that the data source shows. */
async function readPeriods({ pool }: Pick<Session, 'pool'>): Promise<{ periods: Period[]; k: number }> {
  const stored = await pool.query<{ key: string; value: unknown }>('select key, value from setting');
  const settings = Object.fromEntries(stored.rows.map(({ key, value }) => [key, value]));
  const { rows } = await pool.query<Period>(
    `select floor((extract(epoch from merged_at at time zone $1) - 345600) / 2419200)::integer as place, count(distinct person_id)::integer as people
     from merged_unit group by 1 having count(person_id) > 0 order by 1`,
    [typeof settings['default_tz'] === 'string' ? settings['default_tz'] : 'UTC']
  );
  return { periods: rows, k: leastPeople(settings, null).k };
}

/** In SQL, beside the facts that metrics rest on. */
const BESIDES: Readonly<Record<Exclude<Held, keyof typeof HOLDS>, string>> = {
  failures: `exists (select from incident) or exists (select from production_deployment where kind in ('rollback', 'hotfix'))`,
  seats: 'exists (select from seat)',
  phases: 'exists (select from phase)',
};

/** What the store holds at all. */
async function readHeld({ pool }: Pick<Session, 'pool'>): Promise<ReadonlySet<Held>> {
  const facts = Object.entries({ ...HOLDS, ...BESIDES }).map(([name, sql]) => `(${sql}) as ${name}`);
  const { rows } = await pool.query<Record<string, boolean>>(`select ${facts.join(', ')}`);
  const found = Object.entries(rows[0] ?? {}).filter(([, isHeld]) => isHeld);
  return new Set(found.map(([name]) => name as Held));
}

const FIRST = 'start-here.json';
const YEAR_MS = 365 * 86_400_000;

/** Boards as they ship; where their range, their order or the height of a table would show nothing first or cut it, copies that show what there is. */
async function prepareBoards(work: string, session: Pick<Session, 'pool' | 'store'>): Promise<Boards> {
  const shipped = path.join(root, 'dashboards');
  const [{ periods, k }, held] = await Promise.all([readPeriods(session), readHeld(session)]);
  const registry = new Map(metrics.map((metric) => [metric.id, metric]));
  const files = readdirSync(shipped).filter((file) => file.endsWith('.json'));
  const boards = files.map((file) => {
    const board = JSON.parse(readFileSync(path.join(shipped, file), 'utf8')) as Board & { panels: OrderedPanel[] };
    return {
      file,
      board,
      ordered: inOrder(board, held, registry),
      range: isOfReaders(board.panels, registry) ? null : rangeThatShows(board.time, periods, { k, now: new Date() }),
    };
  });
  const moved = boards.filter(({ range }) => range !== null);
  const ordered = boards.filter((one) => one.ordered !== one.board);
  const first = boards.find(({ file }) => file === FIRST);
  const to =
    first?.range === undefined || first.range === null || first.range.to === 'now'
      ? new Date()
      : new Date(first.range.to);
  const from = first?.range?.from === undefined ? new Date(to.getTime() - YEAR_MS) : new Date(first.range.from);
  const answers = await readBoardAnswers(session, { panels: first?.board.panels ?? [], from, to });
  const folder = path.join(work, 'dashboards');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const one of boards) {
    const fitted = one.file === FIRST ? answers.fit(one.ordered) : one.ordered;
    const told = answers.hidden === null ? fitted : withHiddenNote(fitted, answers.hidden);
    const copy = one.range === null ? told : { ...told, time: one.range };
    writeFileSync(path.join(folder, one.file), JSON.stringify(copy, null, 2));
  }
  const titles = (some: typeof boards): string => some.map(({ board }) => board.title).join(', ');
  const notes = [
    moved.length === 0
      ? ''
      : `These boards open on a range that shows data, for lately there are too few people or none: ${titles(moved)}.`,
    ordered.length === 0
      ? ''
      : `In these the panels that this store cannot answer are in a closed row at the end: ${titles(ordered)}.`,
  ];
  const note = notes.filter((one) => one !== '').join('\n');
  return { folder, note: note === '' ? null : note };
}

function settingsOf(work: string, provisioning: string, plugins: string): string[] {
  return [
    'server.http_addr=127.0.0.1',
    `server.http_port=${options.port}`,
    `paths.data=${path.join(work, 'data')}`,
    `paths.logs=${path.join(work, 'log')}`,
    `paths.plugins=${plugins}`,
    `paths.provisioning=${provisioning}`,
    `plugins.allow_loading_unsigned_plugins=${PLUGIN_ID},${PANEL_ID}`,
    'plugins.preinstall_disabled=true',
    'auth.anonymous.enabled=true',
    'auth.anonymous.org_role=Admin',
    'analytics.reporting_enabled=false',
    'analytics.check_for_updates=false',
    'analytics.check_for_plugin_updates=false',
    'news.news_feed_enabled=false',
    `dashboards.default_home_dashboard_path=${path.join(root, 'dashboards', 'start-here.json')}`,
  ].map((setting) => `cfg:${setting}`);
}

/** Starts Grafana and waits for its end; Ctrl-C is passed on. */
function runGrafana(binary: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const grafana = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => grafana.kill('SIGTERM'));
  }
  return new Promise((resolve) => {
    grafana.on('error', () => resolve(1));
    grafana.on('exit', (code) => resolve(code ?? 0));
  });
}

async function main(): Promise<number> {
  const { home, binary } = findGrafana();
  const work = path.resolve(options.home, 'grafana');
  const plugins = preparePlugin(work);
  const { session } = await start({
    home: options.home,
    ...(options.config === undefined ? {} : { config: options.config }),
    repos: [],
    progress: progressOn(process.stderr),
    signal: new AbortController().signal,
  });
  try {
    const { store } = session;
    const secretFile = path.join(work, 'reader-password');
    writeFileSync(secretFile, store.reader.password ?? '', { mode: 0o600 });
    const args = ['server', '--homepath', home, ...settingsOf(work, prepareProvisioning(work, secretFile), plugins)];
    const boards = await prepareBoards(work, session);
    if (boards.note !== null) complain(`${boards.note}\n`);
    complain(`Grafana starts on http://127.0.0.1:${options.port} (log: ${path.join(work, 'log')}). Ctrl-C ends it.\n`);
    return await runGrafana(binary, args, {
      THROUGHLINE_STORE_HOST: store.host,
      THROUGHLINE_STORE_PORT: String(store.port),
      THROUGHLINE_STORE_DATABASE: store.database,
      THROUGHLINE_STORE_TLS: store.isEmbedded ? 'disable' : 'require',
      THROUGHLINE_DASHBOARDS: boards.folder,
    });
  } finally {
    await session.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  complain(`grafana: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
