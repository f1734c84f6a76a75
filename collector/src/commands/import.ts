import { readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import type { Skip } from '../connector.ts';
import { refuseDemoStore } from '../demo/load.ts';
import { deriveAll } from '../derive/derive.ts';
import { CollectorError } from '../errors.ts';
import { commitWords } from '../import/commits.ts';
import { decodeFile } from '../import/encoding.ts';
import type { ImportContext, KnownCommit } from '../import/file-kind.ts';
import { FILE_KINDS, PEOPLE_FILE } from '../import/files.ts';
import { readFile, type ReadResult, type RowFault } from '../import/read-file.ts';
import { readScim } from '../import/scim.ts';
import { installSecret, makePseudonyms, sourceNames } from '../store/pseudonym.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { takeBackClaims } from '../store/claims.ts';
import { inTransaction } from '../store/connection.ts';
import { writePage, type PageWritten } from '../store/write-page.ts';
import type { Category } from '../privacy/categories.ts';
import { complain, print } from '../terminal/print.ts';

/** What was refused, for `status`: by its line, without the value, which may be an address. */
const skipsOf = (file: string, faults: readonly RowFault[]): Skip[] =>
  faults.map(({ line, column, reason }) => ({
    item: `${path.basename(file)}:${String(line)}`,
    reason: column === '' ? reason : `column "${column}" ${reason}`,
  }));

/** People and teams come first: usage of the same call is joined to them. */
const order = Object.keys(FILE_KINDS);
const rankOf = (file: string): number => order.findIndex((kind) => path.basename(file).startsWith(kind));

async function importContext(client: pg.ClientBase, text: string): Promise<ImportContext> {
  const { personId, accountId } = sourceNames;
  const repos = await client.query<{ slug: string; repo_id: number }>('select slug, repo_id from repo');
  const people = await client.query<{ email: string; person_id: string }>(
    `select email, min(person_id) as person_id from (select a.email, coalesce(c.person_id, a.person_id) as person_id from account a left join account_claim c using (account_id) where a.email is not null and not a.has_conflict) a
     where person_id is not null group by email having count(distinct person_id) = 1`
  );
  const repoIds = new Map(repos.rows.map((row) => [row.slug, row.repo_id]));
  const persons = new Map(people.rows.map((row) => [row.email, row.person_id]));
  return {
    personId,
    accountId,
    personOfEmail: (address) => persons.get(address) ?? personId(address),
    knowsEmail: (address) => persons.has(address),
    repoId: (slug) => repoIds.get(slug) ?? null,
    commits: await commitsOf(client, text),
  };
}

/** Commits of all repositories that the words of a file may mean. */
async function commitsOf(client: pg.ClientBase, text: string): Promise<ImportContext['commits']> {
  const { rows } = await client.query<KnownCommit & { word: string }>(
    `select w.word, g.sha, g.repo_id as "repoId" from unnest($1::text[]) as w(word) cross join repo r
     join git_commit g on g.repo_id = r.repo_id and g.sha >= w.word collate "C" and g.sha < (w.word || 'g') collate "C"`,
    [[...commitWords(text)]]
  );
  const byWord = new Map<string, KnownCommit[]>();
  for (const { word, sha, repoId } of rows) byWord.set(word, [...(byWord.get(word) ?? []), { sha, repoId }]);
  return (sha, repoId) => (byWord.get(sha) ?? []).filter((one) => repoId === null || one.repoId === repoId);
}

function readText(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new CollectorError({
      code: 'import_file',
      message: `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}). Check the path and its rights.`,
      fault: 'source',
      cause,
    });
  }
  return decodeFile(file, bytes);
}

const notCollectedInWords = (category: Category, rows: number): string =>
  `${rows.toLocaleString('en')} ${rows === 1 ? 'fact is' : 'facts are'} not collected: privacy.collect.${category} is false in throughline.yaml`;

function reportFaults(file: string, faults: readonly RowFault[]): void {
  for (const { line, column, value, reason } of faults) {
    const where = column === '' ? 'row' : `column "${column}", value "${value}"`;
    complain(`${file}:${String(line)}: ${where} ${reason}\n`);
  }
}

type Imported = ReadResult & { readonly written: number; readonly notCollected: PageWritten['notCollected'] };

async function importOne(pool: pg.Pool, file: string): Promise<Imported> {
  const text = readText(file);
  const read = path.extname(file).toLowerCase() === '.json' ? readScim : readFile;
  return inTransaction(pool, async (client) => {
    // People whom the store knows are named by pseudonyms that hold until the file is written.
    await installSecret(client);
    const result = read(file, text, await importContext(client, text));
    await takeBackClaims(client, PEOPLE_FILE, await makePseudonyms(client, result.rows));
    const streamId = `import/${path.basename(file)}`;
    // A file that is mended has nothing refused any more.
    await client.query('delete from skipped where stream_id = $1', [streamId]);
    const { rows: written, notCollected } = await writePage(client, {
      streamId,
      repoId: null,
      page: { rows: result.rows, cursor: null, watermark: new Date(), skips: skipsOf(file, result.faults) },
    });
    return { ...result, written, notCollected };
  });
}

/**
 * `throughline import`: good rows are kept, bad ones are named with file, line, column, value and reason.
 * @returns 0 when every row was good, 1 otherwise. Re-importing a file changes nothing.
 * @throws CollectorError `store_has_demo`: nothing was written.
 */
export async function importFiles(files: readonly string[], options: CommonOptions): Promise<number> {
  const session = await openSession(options);
  let isClean = true;
  try {
    await refuseDemoStore(session.pool);
    for (const file of [...files].sort((a, b) => rankOf(a) - rankOf(b))) {
      try {
        const { faults, goodCount, notices, notCollected, unknownColumns, written } = await importOne(
          session.pool,
          file
        );
        reportFaults(file, faults);
        for (const notice of notices) complain(`${file}: ${notice}\n`);
        for (const [category, rows] of notCollected ?? [])
          complain(`${file}: ${notCollectedInWords(category, rows)}\n`);
        const kept = unknownColumns.length > 0 ? `; kept in extra: ${unknownColumns.join(', ')}` : '';
        print(
          `${file}: ${String(goodCount)} rows read, ${String(written)} facts written or changed, ${String(faults.length)} rows refused${kept}\n`
        );
        isClean &&= faults.length === 0;
      } catch (error) {
        if (!(error instanceof CollectorError) || error.code !== 'import_file') {
          throw error;
        }
        complain(`${error.message} [${error.code}]\n`);
        isClean = false;
      }
    }
    await deriveAll(session.pool, { config: session.config });
    return isClean ? 0 : 1;
  } finally {
    await session.close();
  }
}
