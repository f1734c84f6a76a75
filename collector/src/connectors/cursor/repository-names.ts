/** Which known repository a name means that a developer's machine told: owner/name, an address, or a bare name. */
import type { NamedRepository } from '../../connector.ts';
import { remoteSlug } from '../../git/url.ts';

/** `acme/shop` of `git@github.com:Acme/Shop.git`, `github.com/acme/shop` and `Acme/Shop`; a name without an owner stays one. */
function bare(name: string): string {
  const parts = (remoteSlug(name) ?? name).trim().toLowerCase().split('/').filter(Boolean);
  const path = parts.slice(-2).join('/');
  return path.endsWith('.git') ? path.slice(0, -'.git'.length) : path;
}

const last = (path: string): string => path.split('/').at(-1) ?? '';

/** Finds the slug of the repository that a name means; null = none, or several could be meant. */
export function repositoryFinder(repositories: readonly NamedRepository[]): (name: string) => string | null {
  const slugs = new Map<string, Set<string>>();
  const add = (name: string, slug: string): void => void slugs.set(name, (slugs.get(name) ?? new Set()).add(slug));
  for (const { slug, url } of repositories) {
    const names = new Set([bare(slug), ...(url === undefined ? [] : [bare(url)])]);
    for (const name of names) {
      add(name, slug);
      if (name.includes('/')) add(last(name), slug);
    }
  }
  return (name) => {
    const [found, ...others] = slugs.get(bare(name)) ?? [];
    return found === undefined || others.length > 0 ? null : found;
  };
}
