import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CollectorError } from '../errors.ts';

/** A system account that the Postgres server runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts without rights that nearly every system has, best first. */
const candidates = ['postgres', 'nobody', 'daemon', 'www-data'];

/**
 * The account for the server when this process is root (Postgres refuses to run as root); null: run as the current user.
 * The account must already exist: creating users on somebody's machine is not ours to do.
 * @throws CollectorError `embedded_root` when no usable account exists.
 */
export function serverAccount(passwdFile = '/etc/passwd'): Account | null {
  if (process.getuid?.() !== 0) {
    return null;
  }
  const lines = readFileSync(passwdFile, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of candidates) {
    const [, , uid, gid] = lines.find(([user]) => user === name) ?? [];
    if (uid !== undefined && gid !== undefined && Number(uid) > 0) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  throw new CollectorError({
    code: 'embedded_root',
    message: `Postgres refuses to run as root and none of the accounts ${candidates.join(', ')} exists. Run as another user, or set DATABASE_URL to a Postgres server.`,
    fault: 'config',
  });
}

/** Whether the account may enter the folder and everything above it (by mode bits; folders that do not exist yet count as fine). */
export function isReachable(folder: string, account: Account): boolean {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    if (stat) {
      const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) {
        return false;
      }
    }
    if (at === path.dirname(at)) {
      return true;
    }
  }
}
