import path from 'node:path';
import { withMapping, type MappingEntries } from '../config/edit-mapping.ts';
import {
  reportPeople,
  type PeopleReport,
  type SeenAccount,
  type SeenConflict,
  type SeenSuggestion,
} from '../derive/identity/report.ts';
import { globOf, proposalOf, type Suspected } from '../derive/identity/suspected.ts';
import { deriveSettings } from '../derive/settings.ts';
import { CollectorError } from '../errors.ts';
import { readIfThere, replaceFile } from '../plan/write-file.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { withConnection } from '../store/connection.ts';
import { print, printJson } from '../terminal/print.ts';

export interface PeopleOptions extends CommonOptions {
  readonly conflicts: boolean;
  readonly suggestions: boolean;
  readonly json: boolean;
  readonly join?: readonly string[];
  readonly split?: readonly string[];
  readonly shared?: readonly string[];
  readonly write: boolean;
}

/** Below this share of joined accounts results by tool are not given (metrics.md 2.4). */
const LEAST_MATCHED = 0.9;

const REASONS: Readonly<Record<SeenConflict['reason'], string>> = {
  claimed_by_two: 'people.csv gives it to two people at one time: give valid_from and valid_to, or --shared',
  two_people: 'two people of people.csv have it in common: correct people.csv, or --split the account that is wrong',
  two_addresses:
    'telemetry or POST /ingest names it beside two addresses or accounts, and joins none: --join them if they are one person',
  two_directory_users: 'two users of the directory have it: --shared, or people.csv with valid_from and valid_to',
  join_of_two_people: 'people.csv calls them two people: give them one person_key there',
  join_and_split: 'the mapping joins and splits them: remove one of both',
  unknown_account: 'no account has this name',
  overlong_name:
    'the name is too long for an index and taken as not known: erase the account, or correct it at its source',
};

/** Address, login or name of an account, with the name that a mapping takes. */
const nameOf = ({ account, provider, email, login }: SeenAccount): string =>
  email ?? (login === null ? account : `${provider}:${login}`);

const line = (one: SeenAccount): string =>
  [
    nameOf(one),
    one.name ?? '',
    one.method === null ? 'nobody’s' : `${one.method} ${String(one.confidence ?? '')}`,
    ...one.periods.map(
      ({ person, from, to }) => `${person}: ${from?.slice(0, 10) ?? '…'} – ${to?.slice(0, 10) ?? '…'}`
    ),
  ]
    .filter(Boolean)
    .join(' · ');

const block = (head: string, accounts: readonly SeenAccount[]): string =>
  [head, ...accounts.map((one) => `  ${line(one)}`)].join('\n');

const drawConflict = ({ reason, key, accounts }: SeenConflict): string => block(`${key}: ${REASONS[reason]}`, accounts);

const drawSuggestion = ({ reason, accounts, persons }: SeenSuggestion): string =>
  block(
    `${String(persons.length)} people with one ${reason === 'login' ? 'login' : 'name'}; if they are one: --join ${accounts.map(nameOf).join(' ')}`,
    accounts
  );

const drawSuspected = (one: Suspected): string => proposalOf(globOf(one), one.signs, one.reviews);

function drawMatch({ match }: PeopleReport): string {
  return match
    .map(
      ({ provider, accounts, joined, rate }) =>
        `${provider}: ${String(joined)} of ${String(accounts)} accounts joined (${(100 * rate).toFixed(1)} %)${rate < LEAST_MATCHED ? ': below 90 %, results by this tool are not given' : ''}`
    )
    .join('\n');
}

const section = (title: string, parts: readonly string[]): string[] => [
  `${title}: ${parts.length === 0 ? 'none' : String(parts.length)}`,
  ...parts,
  '',
];

function draw(report: PeopleReport, { conflicts, suggestions }: PeopleOptions): string {
  const isAll = !conflicts && !suggestions;
  const people = report.people.map(({ person, accounts }) => block(person ?? 'nobody', accounts));
  return [
    ...(isAll ? [...section('People', people), drawMatch(report), ''] : []),
    ...(isAll || conflicts ? section('Conflicts', report.conflicts.map(drawConflict)) : []),
    ...(isAll || suggestions ? section('Suggestions', report.suggestions.map(drawSuggestion)) : []),
    ...(isAll || suggestions ? section('Programs, perhaps', report.suspected.map(drawSuspected)) : []),
  ].join('\n');
}

const needsTwo = (what: string): CollectorError =>
  new CollectorError({
    code: 'people_names',
    message: `--${what} needs two accounts or more: addresses, provider:login, or names that people prints.`,
    fault: 'config',
  });

/** @throws CollectorError `people_names`, and as `withMapping` and `replaceFile`. */
function decide(options: PeopleOptions): void {
  const { join = [], split = [], shared = [] } = options;
  if (join.length === 1) throw needsTwo('join');
  if (split.length === 1) throw needsTwo('split');
  const entries: MappingEntries = { join, split, shared };
  const file = path.resolve(options.config ?? 'throughline.yaml');
  const place = { file: path.basename(file), env: process.env };
  if (!options.write) {
    print(`# ${place.file} (with --write it is put there)\n${withMapping('', entries, place)}`);
    return;
  }
  const before = readIfThere(file);
  replaceFile(file, before, withMapping(before, entries, place));
  print(`Written to ${file}. It counts from the next collection on; to undo it, remove the entry.\n`);
}

/**
 * `throughline people`: who is whom, and why. Shows addresses: to whoever runs it on the machine of the collector, nowhere else.
 * With --join, --split or --shared it only says what to put into the mapping, or puts it there.
 */
export async function people(options: PeopleOptions): Promise<number> {
  if ([options.join, options.split, options.shared].some((names) => names !== undefined)) {
    decide(options);
    return 0;
  }
  const session = await openSession(options, { mustExist: true });
  try {
    const report = await withConnection(session.pool, (client) =>
      reportPeople(client, deriveSettings(session.config).identity)
    );
    if (options.json) printJson(report);
    else print(draw(report, options));
    return 0;
  } finally {
    await session.close();
  }
}
