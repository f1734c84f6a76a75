/** Organisations as senders name them: by themselves, and as owners of repositories. */

/** Owner of a repository (`acme` of `acme/shop`, `acme` of `acme/tools/shop`); null = its name has none. */
export function ownerOf(slug: string): string | null {
  const at = slug.indexOf('/');
  const owner = at < 0 ? '' : slug.slice(0, at).trim();
  return owner === '' ? null : owner;
}

/** Whether a name is one of these, in whatever case: so forges compare them. */
export const isOneOf = (name: string, organisations: Iterable<string>): boolean =>
  [...organisations].some((one) => one.toLowerCase() === name.toLowerCase());
