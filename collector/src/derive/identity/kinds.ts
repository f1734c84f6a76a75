/** What an account is: person, agent or program. Pure. */
import { compilePattern, literal, type Pattern } from '../../text/pattern.ts';
import type { Account, ActorKind, IdentitySettings } from './account.ts';

const globs = new Map<string, Pattern>();

function matches(glob: string, text: string | null): boolean {
  if (text === null) return false;
  const known = globs.get(glob) ?? compilePattern(`(?i)^${glob.split('*').map(literal).join('.*')}$`);
  globs.set(glob, known);
  return known.test(text.slice(0, 320));
}

type Named = Pick<Account, 'email' | 'login'> & { readonly name: string | null };

/** What the organisation says of an account; null = nothing. A person whom two lists name stays a person. */
export function saidKind({ email, login, name }: Named, { kinds }: IdentitySettings): ActorKind | null {
  const said = (['human', 'ai_agent', 'automation'] as const).find((one) =>
    kinds[one].some((glob) => matches(glob, email) || matches(glob, login) || matches(glob, name))
  );
  return said ?? null;
}

/** Kind of an account: as the organisation says, else as the rules do. */
export const kindOf = (account: Named & Pick<Account, 'kind'>, settings: IdentitySettings): ActorKind =>
  saidKind(account, settings) ?? account.kind;
