/** What an account is, by rules alone (metrics.md 2.4). */
import { AUTOMATION, REVIEW_BOTS, TOOL_RULES, type ToolRule } from './rules.ts';

export type AccountKind = 'human' | 'ai_agent' | 'automation';

/** Who stands behind a name: any of the three may be missing. */
export interface Identity {
  readonly name?: string | null;
  readonly email?: string | null;
  /** Login at the forge, e.g. `dependabot[bot]`. */
  readonly login?: string | null;
}

/** An identity as rules compare it. */
export interface Folded {
  readonly name: string;
  readonly email: string;
  /** Numeric id of a GitHub no-reply address; null = none. */
  readonly githubId: number | null;
  /** Logins without `[bot]` of identities that say they are bots. */
  readonly bots: readonly string[];
}

const NOREPLY = /^(?:(\d+)\+)?([^@]+)@users\.noreply\.github\.com$/;

/** Folds an identity for comparison. */
export function fold({ name, email, login }: Identity): Folded {
  const address = (email ?? '').trim().toLowerCase();
  const noreply = NOREPLY.exec(address);
  const bots = [name, login, noreply?.[2]]
    .map((text) => /^(.+)\[bot\]$/.exec((text ?? '').trim().toLowerCase())?.[1])
    .filter((bot) => bot !== undefined);
  return {
    name: (name ?? '').trim(),
    email: address,
    githubId: noreply?.[1] === undefined ? null : Number(noreply[1]),
    bots,
  };
}

/** The tool whose account this is; null = none of the known ones. */
export function ruleOfAccount(who: Folded): ToolRule | null {
  return (
    TOOL_RULES.find(
      (rule) =>
        rule.emails?.includes(who.email) === true ||
        (who.githubId !== null && rule.githubIds?.includes(who.githubId) === true) ||
        who.bots.some((bot) => rule.bots?.includes(bot) === true)
    ) ?? null
  );
}

const isReviewBot = (who: Folded): boolean =>
  (who.githubId !== null && REVIEW_BOTS.githubIds.includes(who.githubId)) ||
  who.bots.some((bot) => REVIEW_BOTS.bots.includes(bot));

/**
 * Kind of an account. AI reviewers are agents too, although they give no marks of authorship. A human who runs an agent with an
 * address of their own is human.
 */
export function accountKind(identity: Identity): AccountKind {
  const who = fold(identity);
  if (ruleOfAccount(who) !== null || isReviewBot(who)) return 'ai_agent';
  const names = [who.name, identity.login ?? ''].map((name) => name.toLowerCase());
  const isAutomation =
    who.bots.length > 0 ||
    AUTOMATION.emails.includes(who.email) ||
    names.some((name) => AUTOMATION.names.includes(name));
  return isAutomation ? 'automation' : 'human';
}
