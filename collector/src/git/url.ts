/** Addresses of remotes. One may come from a forge's answer: it must not be more than an address. */
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import { CollectorError } from '../errors.ts';
import { openRepository } from './process.ts';

/** A text without the user names, passwords and query strings of its URLs. */
export const withoutCredentials = (text: string): string =>
  text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1')
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s?#]*)[?#][^\s]*/gi, '$1');

/** An address as it may be written down: of `ssh://git@host` the user is part of it, and no secret. */
export const writableUrl = (url: string): string =>
  /^(?:git\+)?ssh:/i.test(url) ? url.replace(/^([a-z+]+:\/\/[^\s/@:]+):[^\s/@]*@/i, '$1@') : withoutCredentials(url);

const SCHEME = /^(https?|ssh|git|file|git\+ssh|ssh\+git):\/\//i;
const SCP_LIKE = /^(?:[\w.+-]+@)?(?<host>[\w.-]+|\[[\da-f:.]+\]):(?!:|\/\/)(?<path>.+)$/i;

/** Whether it is an address of a scheme that git fetches by itself, and no more than that: anything else runs something, and names nothing. */
export function isAddress(url: string): boolean {
  if (/[\x00-\x1f\x7f]/.test(url) || url.startsWith('-')) return false;
  if (SCHEME.test(url)) {
    const authority = url.replace(SCHEME, '').split('/')[0] ?? '';
    return !/(^|@)-/.test(decodeURIComponentOr(authority));
  }
  const { host = '-', path = '-' } = SCP_LIKE.exec(url)?.groups ?? {};
  return !host.startsWith('-') && !path.startsWith('-');
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '-';
  }
}

/**
 * Refuses what is more than an address: a helper that runs programs (`ext::…`), an option in place of a host, a line break.
 * @throws CollectorError `git_url`
 */
export function checkUrl(url: string): void {
  if (!isAddress(url)) {
    throw new CollectorError({
      code: 'git_url',
      message: `${JSON.stringify(withoutCredentials(url).slice(0, 200))} is no address of a repository that is fetched. Give https://…, ssh://…, git@host:owner/name, or a path.`,
      fault: 'config',
    });
  }
}

/** What git is to fetch from. A repository of this machine is fetched through our view of it: its own configuration never counts. */
export async function sourceOf(url: string): Promise<string> {
  if (!/^file:\/\//i.test(url)) return url;
  const folder = fileURLToPath(url);
  const found = [folder, `${folder}.git`].find((one) => existsSync(one)) ?? folder;
  const { gitDir } = await openRepository(found);
  return gitDir;
}

/** owner/name of a remote, e.g. `acme/shop` for git@github.com:acme/shop.git; null = it has none, or is no address (`ext::…`). */
export function remoteSlug(url: string): string | null {
  if (!isAddress(url.trim())) return null;
  const bare = withoutCredentials(url.trim())
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const found = /(?:^[a-z][a-z0-9+.-]*:\/\/[^/]+\/|^[^/:]+:)(?<path>.+)$/i.exec(bare)?.groups?.['path'];
  const parts = (found ?? '').split('/').filter((part) => part !== '' && part !== '~');
  return parts.length >= 2 ? parts.slice(-2).join('/') : (parts[0] ?? null);
}
