/** What an account can be joined by: its user in the directory of the organisation, its address, its forge account, its login. Pure. */
import { entryOf } from '../../foreign.ts';
import { pattern } from '../../text/pattern.ts';
import { SSO, type Account, type IdentitySettings, type Method } from './account.ts';

/**
 * Addresses by which forges hide a person's own: `ID+login@users.noreply.github.com`, the older `login@users.noreply…`, GitLab's
 * `ID-login@users.noreply.gitlab.com`, Gitea's and Forgejo's `login@noreply.host`. Login and id are those of that host.
 */
const NOREPLY = pattern`^(?:(?P<id>\d{1,20})\+)?(?P<login>[^@+]+)@(?P<kind>users\.)?no-?reply\.(?P<host>[^@]+)$`;
const GITLAB_ID = pattern`^(?P<id>\d{1,20})-(?P<login>.+)$`;

interface Hidden {
  readonly host: string;
  readonly login: string;
  readonly id: string | null;
}

/** The forge account behind a no-reply address; null = it is another address. */
export function hiddenIn(email: string): Hidden | null {
  if (!email.includes('reply')) return null;
  const found = NOREPLY.exec(email.slice(0, 320))?.named;
  if (found === undefined) return null;
  const { id = null, login = '', host = '' } = { ...found, id: found['id'] ?? null };
  const numbered = host.includes('gitlab') && id === null ? GITLAB_ID.exec(login)?.named : undefined;
  const isForge =
    found['kind'] !== undefined || host.includes('gitea') || host.includes('codeberg') || host.includes('forgejo');
  if (!isForge) return null;
  return numbered === undefined
    ? { host, login, id }
    : { host, login: numbered['login'] ?? login, id: numbered['id'] ?? null };
}

/** Host of the logins of a provider; an own instance has its own. */
const hostOf = (provider: string): string =>
  entryOf({ github: 'github.com', gitlab: 'gitlab.com' }, provider) ?? provider;

/** Address as people mean it: lower case, without `+tag` in the company's own domain. */
export function foldEmail(email: string, companyDomain: string | null): string {
  const folded = email.trim().toLowerCase();
  const [local = '', domain = ''] = folded.split('@');
  return companyDomain !== null && domain === companyDomain.toLowerCase()
    ? `${local.split('+')[0] ?? ''}@${domain}`
    : folded;
}

/** One reason why some accounts are the same person, e.g. all accounts with one address. */
export interface Link {
  readonly key: string;
  readonly method: Method;
  readonly confidence: number;
  /** Number of a forge's account: where somebody has it, this joins nothing. Default: none. */
  readonly unless?: string;
}

/** What an account can be joined by, surest first. */
export function linksOf(account: Account, settings: IdentitySettings): Link[] {
  const links: Link[] = [];
  const email = account.email?.trim().toLowerCase() ?? '';
  const hidden = hiddenIn(email);
  if (account.email !== null) {
    links.push({
      key: `email:${foldEmail(account.email, settings.companyDomain)}`,
      method: 'verified_email',
      confidence: 0.95,
    });
  }
  const forged = { method: 'noreply_id', confidence: 0.95 } as const;
  // Whatever the directory of the organisation lists under one user is one person.
  if (account.externalId != null && account.provider === SSO)
    links.push({ key: `sso:${account.externalId}`, method: 'sso', confidence: 1 });
  else if (account.externalId != null) links.push({ key: `id:${account.externalId}`, ...forged });
  if (hidden !== null) {
    if (hidden.id !== null) links.push({ key: `id:${hidden.host}:${hidden.id}`, ...forged });
    const key = `login:${hidden.host}:${hidden.login}`;
    links.push(hidden.id === null ? { key, ...forged } : { key, ...forged, unless: `${hidden.host}:${hidden.id}` });
  }
  if (account.login !== null) {
    const login = account.login.toLowerCase();
    links.push({ key: `login:${hostOf(account.provider)}:${login}`, ...forged });
    if (settings.sameNamespace.includes(account.provider)) {
      links.push({ key: `name:${login}`, method: 'same_namespace', confidence: 0.7 });
    }
  }
  return links;
}

/** Login of an account, or that behind its no-reply address; '' = none. */
export const loginOf = ({ login, email }: Account): string =>
  (login ?? hiddenIn(email?.trim().toLowerCase() ?? '')?.login ?? '').toLowerCase();
