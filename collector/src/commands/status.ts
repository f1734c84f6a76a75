import Table from 'cli-table3';
import path from 'node:path';
import type pg from 'pg';
import { sizeText } from '../config/size.ts';
import { mirrorsAt } from '../git/mirrors/mirrors.ts';
import { mirrorsState, type MirrorsState } from '../git/mirrors/state.ts';
import { heldInWords, readHeld } from '../privacy/remove.ts';
import { readSwitchedOff } from '../privacy/switches.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { readUnknown, type CountedName } from '../store/unknown-names.ts';
import { described } from '../terminal/progress.ts';
import { readExclusions, showExclusions } from './exclusions-shown.ts';
import { readIssueFaults, showIssueFaults } from './issue-faults.ts';
import { readSuspected } from '../derive/identity/suspected.ts';
import { print, printJson } from '../terminal/print.ts';

interface StreamStatus {
  readonly stream: string;
  readonly last_run_at: Date | null;
  readonly last_ok_at: Date | null;
  readonly watermark: Date | null;
  readonly lag_seconds: number | null;
  readonly rows: number;
  readonly skipped: number;
  readonly error: string | null;
  /** A process is at it just now. */
  readonly running: boolean;
  /** Of the run under way, or of one that was cut off; null = there is none, or it has told nothing yet. */
  readonly progress: { readonly done: number; readonly total: number | null; readonly unit: string } | null;
  readonly skips: ReadonlyArray<{ readonly item: string; readonly reason: string }>;
}

/** One row per stream, worst news first; of what was skipped the three newest by reason. */
async function readStatus(pool: pg.Pool): Promise<StreamStatus[]> {
  const { rows } = await pool.query<StreamStatus>(
    `select s.stream_id as stream, s.last_run_at, s.last_ok_at, s.watermark,
            extract(epoch from now() - s.last_ok_at)::double precision as lag_seconds,
            s.row_count::double precision as rows, s.skipped_count::double precision as skipped, s.last_error as error,
            exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
                      and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended('throughline stream ' || s.stream_id, 0)
                      and l.database = (select oid from pg_database where datname = current_database())) as running,
            case when s.run_done is not null
              then json_build_object('done', s.run_done, 'total', s.run_total, 'unit', s.run_unit) end as progress,
            coalesce((select json_agg(json_build_object('item', k.item, 'reason', k.reason) order by k.at desc)
                      from (select * from skipped k where k.stream_id = s.stream_id order by at desc limit 3) k), '[]') as skips
     from stream_state s order by s.last_error is null, s.stream_id`
  );
  return rows;
}

/** Seconds as the largest two units, e.g. `3 h 12 min`; null = never. */
export function duration(seconds: number | null): string {
  if (seconds === null) {
    return 'never';
  }
  const units: ReadonlyArray<readonly [number, string]> = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const start = units.findIndex(([size]) => seconds >= size);
  if (start < 0) {
    return '0 s';
  }
  let left = Math.floor(seconds);
  return units
    .slice(start, start + 2)
    .map(([size, name]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count > 0 ? `${String(count)} ${name}` : '';
    })
    .filter(Boolean)
    .join(' ');
}

const instant = (at: Date | null): string =>
  at === null ? '–' : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function show(streams: readonly StreamStatus[]): void {
  const table = new Table({
    head: ['stream', 'last run', 'last success', 'rows', 'data up to', 'skipped'],
    style: { head: [], border: [] },
  });
  for (const one of streams) {
    table.push([
      one.stream,
      instant(one.last_run_at),
      one.lag_seconds === null ? 'never' : `${duration(one.lag_seconds)} ago`,
      String(one.rows),
      instant(one.watermark),
      String(one.skipped),
    ]);
  }
  print(`${table.toString()}\n`);
  for (const one of streams) {
    if (one.progress !== null) {
      const told = described(one.progress);
      print(`${one.stream}: ${one.running ? `under way, ${told}` : `stopped at ${told}; the next run carries on`}\n`);
    }
    if (one.error !== null) {
      print(`${one.stream}: ${one.error}\n`);
    }
    for (const { item, reason } of one.skips) {
      print(`${one.stream}: skipped ${item}: ${reason}\n`);
    }
    if (one.skipped > one.skips.length) {
      print(`${one.stream}: … ${String(one.skipped)} skipped in all; table "skipped" has every one\n`);
    }
  }
}

const some = (count: number, [one, many]: readonly [string, string]): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

function showMirrors(state: MirrorsState): void {
  const { used_bytes: used, max_bytes: max, fetching, interrupted, evicted, too_large: large } = state;
  const share = `${sizeText(used)} of ${sizeText(max)} (${String(Math.floor((100 * used) / max))} %)`;
  const past = `${some(state.fetches, ['fetch', 'fetches'])}, ${some(state.evictions, ['eviction', 'evictions'])} so far`;
  print(`Mirrors: ${some(state.mirrors, ['repository', 'repositories'])}, ${share}; ${past}\n`);
  if (fetching > 0) print(`Mirrors: ${String(fetching)} being fetched, ${sizeText(state.fetching_bytes)} so far\n`);
  if (interrupted > 0)
    print(`Mirrors: ${String(interrupted)} half-fetched or half-removed, which the next fetch takes away\n`);
  if (evicted.length > 0) {
    const names = evicted.slice(0, 3).map(({ name }) => name);
    const more = evicted.length > 3 ? ` and ${String(evicted.length - 3)} more` : '';
    print(`Mirrors: evicted until they are needed again: ${names.join(', ')}${more}\n`);
  }
  for (const { name, bytes } of large) print(`Mirrors: ${name} is too large, ${sizeText(bytes)} had come\n`);
}

/** Most names that are shown; `--json` has all. */
const MOST_SHOWN = 10;

function nameInWords({ kind, tool, name, version, entries, first_at, last_at }: CountedName): string {
  const of = name === '' ? 'without a usable name, or beyond those that are told apart' : name;
  const sender = tool === '' ? '' : ` (${[tool, version].filter((part) => part !== null).join(' ')})`;
  return `${kind} ${of}${sender}: ${entries.toLocaleString('en')} × from ${instant(first_at)} to ${instant(last_at)}`;
}

function showUnknown(names: readonly CountedName[]): void {
  for (const one of names.slice(0, MOST_SHOWN)) {
    print(`${one.stream}: unknown ${nameInWords(one)}; it counts for nothing\n`);
  }
  if (names.length > MOST_SHOWN) {
    print(`… ${String(names.length)} unknown names in all; --json, and table "unknown_name", have every one\n`);
  }
}

/** `throughline status`. @returns 1 when a stream's last run failed. @throws CollectorError `store_empty`, of openSession. */
export async function status(options: CommonOptions & { readonly json: boolean }): Promise<number> {
  const session = await openSession(options, { mustExist: true });
  try {
    const streams = await readStatus(session.pool);
    const mirrors = await mirrorsState(mirrorsAt(path.resolve(session.home, 'mirrors'), session.config.mirrors));
    const off = await readSwitchedOff(session.pool);
    const held = await readHeld(session.pool);
    const issues = await readIssueFaults(session.pool);
    const suspected = (await readSuspected(session.pool)).length;
    const unknown = await readUnknown(session.pool);
    const exclusions = await readExclusions(session.pool);
    if (options.json) {
      printJson({
        streams,
        issues,
        exclusions,
        mirrors,
        suspected_programs: suspected,
        unknown_names: unknown,
        not_collected: off,
        held,
      });
    } else if (streams.length === 0) {
      print('Nothing was collected yet. Run: npm start -- --repo PATH_OR_URL\n');
    } else {
      show(streams);
      showUnknown(unknown);
      if (mirrors !== null) showMirrors(mirrors);
    }
    if (!options.json) {
      showIssueFaults(issues);
      showExclusions(exclusions);
      if (suspected > 0)
        print(
          `People: ${some(suspected, ['person', 'people'])} may be ${suspected === 1 ? 'a program' : 'programs'}, and ${suspected === 1 ? 'counts' : 'count'} as human until accounts.automation says so: throughline people --suggestions has the reasons\n`
        );
      if (off.length > 0) print(`Not collected (privacy.collect): ${off.join(', ')}\n`);
      for (const one of held) print(`Privacy: ${heldInWords(one)}\n`);
    }
    return streams.some((one) => one.error !== null) ? 1 : 0;
  } finally {
    await session.close();
  }
}
