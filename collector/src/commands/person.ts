import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { alone } from '../derive/alone.ts';
import { deriveAll } from '../derive/derive.ts';
import { CollectorError } from '../errors.ts';
import { erasePerson, type Erasure } from '../privacy/erase.ts';
import { exportPerson } from '../privacy/export-person.ts';
import { findPerson } from '../privacy/find-person.ts';
import { cleanFiles } from '../privacy/home-files.ts';
import { readErased, type IsErased } from '../privacy/tombstones.ts';
import { openSession, type CommonOptions, type Session } from '../session.ts';
import { transaction, withConnection } from '../store/connection.ts';
import { print, printJson } from '../terminal/print.ts';

export interface PersonOptions extends CommonOptions {
  readonly export?: string;
  readonly erase?: string;
  readonly yes: boolean;
}

const needsOne = (message: string): CollectorError =>
  new CollectorError({ code: 'person_option', message, fault: 'config' });

/** @throws CollectorError `person_option` where nobody is there to be asked. */
async function isSure(who: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw needsOne(`Erasing ${who} cannot be undone. Say --yes, or run it in a terminal, which asks.`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`Erase ${who} for good? Type the same again: `)).trim() === who;
  } finally {
    lines.close();
  }
}

const sum = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([table, rows]) => `${table} ${rows.toLocaleString('en')}`).join(', ') || 'nothing';

/** Where the configuration still names them: a file of the user, which no command rewrites. */
function configured(options: PersonOptions, isErased: IsErased): string[] {
  const file = path.resolve(options.config ?? 'throughline.yaml');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) =>
      line
        .split(/[\s,[\]"'{}#]+|:(?=\s|$)/)
        .some((word) => word !== '' && (isErased('name', word) || isErased('id', word)))
        ? [`${path.basename(file)}:${String(at + 1)}`]
        : []
    );
}

async function known(session: Session, who: string): Promise<Erasure | null> {
  const isErased = await readErased(session.pool);
  try {
    return await transaction(session.pool, async (client) => erasePerson(client, await findPerson(client, who)));
  } catch (error) {
    const isGone = error instanceof CollectorError && error.code === 'person_unknown' && isErased !== null;
    if (isGone && (['id', 'name', 'word'] as const).some((kind) => isErased(kind, who))) return null;
    throw error;
  }
}

async function erase(session: Session, who: string, options: PersonOptions): Promise<number> {
  if (!options.yes && !(await isSure(who))) {
    print('Nothing was erased.\n');
    return 1;
  }
  const done = await alone(session.pool, new AbortController().signal, () => known(session, who));
  const isErased = await readErased(session.pool);
  const files = isErased === null ? [] : cleanFiles(session.home, isErased);
  // Rows that are gone stay in the pages of a table until it is written anew.
  const tables =
    done === null ? [] : [...new Set([...done.removed.keys(), ...done.cleaned.keys(), 'account', 'person'])];
  for (const table of tables) await session.pool.query(`vacuum ${table}`);
  await deriveAll(session.pool, { config: session.config });
  print(
    done === null
      ? `Erased before; files were looked through again.\n`
      : `Erased. Removed: ${sum(done.removed)}. Kept without the person: ${sum(done.cleaned)}.\n`
  );
  if (files.length > 0) print(`Files that named them: ${files.join(', ')}\n`);
  const places = isErased === null ? [] : configured(options, isErased);
  if (places.length > 0)
    print(`The configuration names them still, which counts for nothing; remove it by hand: ${places.join(', ')}\n`);
  if (done !== null && done.person.former.length > 0)
    print(
      `Accounts that were theirs and are somebody else's now stay that person's: ${done.person.former.join(', ')}\n`
    );
  print(
    'Git histories (also in mirrors), forges, vendors, backups and exported files keep what they hold: docs/privacy.md\n'
  );
  return 0;
}

/** `throughline person`: --export prints everything held about somebody as JSON, --erase removes them. @throws CollectorError `person_option`, `person_unknown`, `person_ambiguous`. */
export async function person(options: PersonOptions): Promise<number> {
  const { export: exported, erase: erased } = options;
  if ((exported === undefined) === (erased === undefined))
    throw needsOne(
      'Say --export WHO or --erase WHO: an address, provider:login, or a name that throughline people prints.'
    );
  const session = await openSession(options, { mustExist: true });
  try {
    if (erased !== undefined) return await erase(session, erased, options);
    const who = exported ?? '';
    printJson(
      await withConnection(session.pool, async (client) => exportPerson(client, await findPerson(client, who)))
    );
    return 0;
  } finally {
    await session.close();
  }
}
