/** Accounts of GitLab, by their number. Pure. */
import { accountKind, type AccountKind } from '../../../attribution/account-kind.ts';
import type { HouseRow } from '../../../connector.ts';
import { externalId, MAX_NAME, type Naming } from '../../../forge/signatures.ts';
import { pattern } from '../../../text/pattern.ts';
import type { User } from '../schema.ts';

/** Users that GitLab makes for access tokens of projects and groups, for service accounts, and for itself. */
const PROGRAM = pattern`(?i)^(?:(?:project|group)_\d+_bot(?:_[0-9a-z]+)?|service_account(?:_(?:group|project))?_[0-9a-z_]+|(?:alert|support|security|automation|migration|visual-review|suggested-reviewers|llm|admin|gitlab-security)[-_]bot\d*)$`;
/** GitLab's own AI: `GitLabDuo`, `duo_code_review_bot`, `duo-developer`, flows of agents (`ai-…-group`). */
const DUO = pattern`(?i)^(?:gitlab[-_]?duo|duo[-_](?:code[-_]review|developer|agent|workflow)|ai[-_](?:catalog|duo)[-_])`;
/** The account to which GitLab gives what deleted ones left: nobody. */
const GHOST = pattern`(?i)^ghost\d*$`;

type Known = NonNullable<User>;

const isNobody = ({ username }: Known): boolean => GHOST.test(username);

/** account_id of an account: by its number, which stays when it is renamed. Null = the account is gone. */
export function accountOf(who: User | undefined, { accountId, provider }: Naming): string | null {
  return who === null || who === undefined || isNobody(who) ? null : accountId(provider, `id:${String(who.id)}`);
}

/** account_id of a name in a note of which no number is known. */
export const accountNamed = (username: string, { accountId, provider }: Naming): string | null =>
  GHOST.test(username) ? null : accountId(provider, username.toLowerCase());

/** Kind of an account. What GitLab says is a bot is a program or an agent; of the rest the rules decide. */
export function userKind({ username, bot = false }: Pick<Known, 'username' | 'bot'>): AccountKind {
  if (DUO.test(username)) return 'ai_agent';
  if (PROGRAM.test(username)) return 'automation';
  const known = accountKind({
    login: bot && !username.endsWith('[bot]') ? `${username.toLowerCase()}[bot]` : username,
  });
  return bot && known === 'human' ? 'automation' : known;
}

/** Row of an account. */
export function userRow(who: User | undefined, naming: Naming): HouseRow[] {
  const id = accountOf(who, naming);
  if (id === null || who === null || who === undefined) return [];
  return [
    {
      table: 'account',
      values: {
        account_id: id,
        provider: naming.provider,
        login: who.username.slice(0, MAX_NAME),
        kind: userKind(who),
        external_id: externalId(naming.provider, who.id),
      },
    },
  ];
}

/** Row of an account of which the name alone is known. */
export function namedRow(username: string, naming: Naming): HouseRow[] {
  const id = accountNamed(username, naming);
  return id === null
    ? []
    : [{ table: 'account', values: { account_id: id, provider: naming.provider, login: username.slice(0, MAX_NAME), kind: userKind({ username }) } }]; // prettier-ignore
}
