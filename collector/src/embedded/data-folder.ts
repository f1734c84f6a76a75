/**
 * Where the data of a home lies: inside it, or, where root started it and the account of the server cannot enter the home, in the system's
 * place for such data. There a file says whose it is, so that data whose home was removed is found and goes too.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { isReachable, serverAccount } from './account.ts';
import { systemFolder } from './binaries.ts';

const inside = (home: string): string => path.join(home, 'postgres');
const hasData = (dataDir: string): boolean => existsSync(path.join(dataDir, 'PG_VERSION'));
const ownerFile = (dataDir: string): string => path.join(path.dirname(dataDir), 'home');
/** Where data was before store.json said it. */
const byDigest = (home: string): string =>
  path.join(systemFolder, createHash('sha256').update(home).digest('hex').slice(0, 12), 'postgres');

export const isInside = (home: string, dataDir: string): boolean => dataDir === inside(home);

function ownerOf(dataDir: string): string | null {
  try {
    return readFileSync(ownerFile(dataDir), 'utf8').trim();
  } catch {
    return null;
  }
}

/** A folder of its own below the system's place, named as this home's. */
function placeOutside(home: string, dataDir: string): string {
  const parent = path.dirname(dataDir);
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  chmodSync(parent, 0o755);
  if (ownerOf(dataDir) !== home) {
    writeFileSync(ownerFile(dataDir), `${home}\n`);
  }
  return dataDir;
}

/** Data inside a home that the account could enter once and cannot any more. */
function moveOut(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') {
      throw error;
    }
    // Another file system: its owner must stay the account of the server, which only cp sees to.
    execFileSync('cp', ['-a', from, to]);
    rmSync(from, { recursive: true });
  }
}

/**
 * Folder of the data of a home, made when it lies outside.
 * @param known What store.json says; undefined = it says nothing: inside, or nothing was made yet.
 */
export function dataDirOf(home: string, known: string | undefined): string {
  if (known !== undefined) {
    return placeOutside(home, known);
  }
  const account = serverAccount();
  if (!account || isReachable(home, account)) {
    return inside(home);
  }
  if (hasData(byDigest(home))) {
    return placeOutside(home, byDigest(home));
  }
  const outside = placeOutside(home, path.join(systemFolder, `data-${randomBytes(6).toString('hex')}`, 'postgres'));
  if (hasData(inside(home))) {
    moveOut(inside(home), outside);
  }
  return outside;
}

/** A home in which nothing was kept yet: only the lock that its opening made is there. */
export function isNewHome(home: string): boolean {
  return readdirSync(home).every((name) => name === 'store.lock');
}

/** Data of this home although it knows of none: its store.json was lost, or the home was removed and made again. */
export function dataLeftBehind(home: string): string[] {
  const outside = existsSync(systemFolder)
    ? readdirSync(systemFolder).map((name) => path.join(systemFolder, name, 'postgres'))
    : [];
  const own = outside.filter(
    (dataDir) => ownerOf(dataDir) === home || (dataDir === byDigest(home) && ownerOf(dataDir) === null)
  );
  return [inside(home), ...own].filter(hasData);
}

/** Removes data that lies outside, with its place. */
export function removeData(dataDir: string): void {
  rmSync(path.dirname(dataDir), { recursive: true, force: true });
}
