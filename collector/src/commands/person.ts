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
import { rotatePseudonyms } from '../privacy/rotate.ts';
import { looksLikePseudonym } from '../privacy/rotated.ts';
import { readErased } from '../privacy/tombstones.ts';
import { openSession, type CommonOptions, type Session } from '../session.ts';
import { transaction, withConnection } from '../store/connection.ts';
import { print, printJson } from '../terminal/print.ts';

export interface PersonOptions extends CommonOptions {
  readonly export?: string;
  readonly erase?: string;
  readonly rotateKey: boolean;
  readonly yes: boolean;
}

const needsOne = (message: string): CollectorError =>
  new CollectorError({ code: 'person_option', message, fault: 'config' });

/** @throws CollectorError `person_option` where nobody is there to be asked. */
async function isSure(what: string, word: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw needsOne(`${what} cannot be undone. Say --yes, or run it in a terminal, which asks.`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`${what} cannot be undone. Type ${word} to go on: `)).trim() === word;
  } finally {
    lines.close();
  }
}

const sum = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([table, rows]) => `${table} ${rows.toLocaleString('en')}`).join(', ') || 'nothing';

/** Lines of the configuration that have such a word: it is a file of the user, which no command rewrites. */
function configured(options: PersonOptions, isMeant: (word: string) => boolean): string[] {
  const file = path.resolve(options.config ?? 'throughline.yaml');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, at) =>
      line.split(/[\s,[\]"'{}#]+|:(?=\s|$)/).some((word) => word !== '' && isMeant(word))
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
  if (!options.yes && !(await isSure(`Erasing ${who}`, who))) {
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
  const places = isErased === null ? [] : configured(options, (word) => isErased('name', word) || isErased('id', word));
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

/** The configuration may name an account by its pseudonym where it has no address or login; under the next key that would be nobody. */
function refuseNamed(options: PersonOptions): void {
  const places = configured(options, looksLikePseudonym);
  if (places.length === 0) return;
  throw new CollectorError({
    code: 'pseudonym_configured',
    message: `The key was not replaced: ${places.join(', ')} names an account by its pseudonym, which would be nobody's then. Name it by its address, provider:login or provider:number, and run the command again.`,
    fault: 'config',
  });
}

async function rotate(session: Session, options: PersonOptions): Promise<number> {
  refuseNamed(options);
  if (!options.yes && !(await isSure('Replacing the key of pseudonyms', 'replace'))) {
    print('Nothing was replaced.\n');
    return 1;
  }
  const { pool, config } = session;
  // What waits names pseudonyms; the less of it, the less is to be written anew.
  await deriveAll(pool, { config });
  const { people, accounts, tables } = await alone(pool, new AbortController().signal, () => rotatePseudonyms(pool));
  // Old pseudonyms and the old key stay in the pages of a table until it is vacuumed.
  for (const table of tables) await pool.query(`vacuum ${table}`);
  await deriveAll(pool, { config });
  print(
    `The key of pseudonyms was replaced: ${people.toLocaleString('en')} people and ${accounts.toLocaleString('en')} accounts have other pseudonyms now, and stay who they are. Old ones lead to nobody.\nBackups and the write-ahead log hold the old key until they are overwritten: docs/privacy.md\n`
  );
  return 0;
}

/** `throughline person`: --export prints everything held about somebody as JSON, --erase removes them, --rotate-key gives everybody another pseudonym. @throws CollectorError `person_option`, `person_unknown`, `person_ambiguous`, `pseudonym_configured`. */
export async function person(options: PersonOptions): Promise<number> {
  const { export: exported, erase: erased, rotateKey } = options;
  if ([exported !== undefined, erased !== undefined, rotateKey].filter(Boolean).length !== 1)
    throw needsOne(
      'Say --export WHO or --erase WHO (an address, provider:login, or a name that throughline people prints), or --rotate-key.'
    );
  const session = await openSession(options, { mustExist: true });
  try {
    if (rotateKey) return await rotate(session, options);
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
