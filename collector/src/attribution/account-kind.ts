/** What an account is, by rules alone (metrics.md 2.4). */
import { pattern } from '../text/pattern.ts';
import {
  AGENT_WORDS,
  AUTOMATION_ADDRESSES,
  AUTOMATION_EMAILS,
  AUTOMATION_FORMS,
  AUTOMATION_NAMES,
  REVIEW_WORDS,
} from './automation.ts';
import type { Tool } from './tool.ts';
import { TOOLS, UNNAMED_TOOL } from './tools.ts';

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

/** Longer names and addresses are cut: nobody is called so. */
const MAX_PART = 320;
const NOREPLY = pattern`^(?:(\d+)\+)?([^@]+)@users\.noreply\.github\.com$`;
const BOT_END = '[bot]';

const botOf = (text: string): string[] =>
  text.endsWith(BOT_END) && text.length > BOT_END.length ? [text.slice(0, -BOT_END.length)] : [];

/** Folds an identity for comparison. */
export function fold({ name, email, login }: Identity): Folded {
  const cut = (text: string | null | undefined): string => (text ?? '').slice(0, MAX_PART).trim();
  const address = cut(email).toLowerCase();
  const noreply = address.endsWith('.com') ? NOREPLY.exec(address) : null;
  const id = noreply?.groups[0] ?? null;
  return {
    name: cut(name),
    email: address,
    githubId: id === null ? null : Number(id),
    bots: [cut(name), cut(login), noreply?.groups[1] ?? ''].flatMap((text) => botOf(text.toLowerCase())),
  };
}

const byEmail = new Map(TOOLS.flatMap((tool) => (tool.emails ?? []).map((email) => [email, tool] as const)));
const byId = new Map(TOOLS.flatMap((tool) => (tool.githubIds ?? []).map((id) => [id, tool] as const)));
const allBots = TOOLS.flatMap((tool) => (tool.bots ?? []).map((bot) => [bot, tool] as const));
const byBot = new Map(allBots.filter(([bot]) => !bot.endsWith('*')));
const families = allBots
  .filter(([bot]) => bot.endsWith('*'))
  .map(([bot, tool]) => [bot.slice(0, -1), tool] as const)
  .sort(([a], [b]) => b.length - a.length);
const unnamed = TOOLS.find(({ id }) => id === UNNAMED_TOOL) ?? null;
const reviewer = TOOLS.find(({ isReviewer }) => isReviewer === true) ?? null;

/** Tool of a bot that no rule names but that says what it is. */
function toolOfUnknownBot(bot: string): Tool | null {
  const words = bot.split('-');
  if (!words.some((word) => AGENT_WORDS.has(word))) return null;
  return words.some((word) => REVIEW_WORDS.has(word)) ? reviewer : unnamed;
}

function toolOfBot(bot: string): Tool | null {
  const known = byBot.get(bot) ?? families.find(([start]) => bot.startsWith(start))?.[1];
  if (known !== undefined) return known;
  return AUTOMATION_NAMES.has(bot) ? null : toolOfUnknownBot(bot);
}

/** The tool whose account this is, reviewers included; null = none of the known ones. */
export function toolOfAccount(who: Folded): Tool | null {
  const named = byEmail.get(who.email) ?? (who.githubId === null ? undefined : byId.get(who.githubId));
  if (named !== undefined) return named;
  for (const bot of who.bots) {
    const tool = toolOfBot(bot);
    if (tool !== null) return tool;
  }
  return null;
}

function isAutomation(who: Folded, login: string): boolean {
  if (who.bots.length > 0 || AUTOMATION_EMAILS.has(who.email)) return true;
  const names = [who.name.toLowerCase(), login.slice(0, MAX_PART).trim().toLowerCase()].filter((name) => name !== '');
  if (names.some((name) => AUTOMATION_NAMES.has(name) || AUTOMATION_FORMS.some((form) => form.test(name)))) return true;
  return who.email !== '' && AUTOMATION_ADDRESSES.some((form) => form.test(who.email));
}

const kinds = new Map<string, AccountKind>();
/** Identities whose kind is remembered: histories repeat few of them. */
const MAX_KNOWN = 10_000;

/**
 * Kind of an account. AI reviewers are agents too, although they give no marks of authorship. A human who runs an agent with an
 * address of their own is human.
 */
export function accountKind(identity: Identity): AccountKind {
  const key = `${identity.name ?? ''}\0${identity.email ?? ''}\0${identity.login ?? ''}`.slice(0, 4 * MAX_PART);
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const who = fold(identity);
  const kind =
    toolOfAccount(who) !== null ? 'ai_agent' : isAutomation(who, identity.login ?? '') ? 'automation' : 'human';
  if (kinds.size >= MAX_KNOWN) kinds.clear();
  kinds.set(key, kind);
  return kind;
}
