/** Evidence of AI use on one commit, from its metadata alone. What a change is made of it is decided elsewhere (derive). */
import { accountKind, fold, toolOfAccount, type Folded, type Identity } from './account-kind.ts';
import { readDeclaration } from './denials.ts';
import { readMessage } from './message.ts';
import { isAgentAndModel, toolOfDeclaration, toolOfFullName, toolOfName } from './names.ts';
import {
  DECLARING_TRAILERS,
  DISTRUSTED,
  LINE_COUNT_TRAILERS,
  MARK_CONFIDENCE,
  MEDIUM_PENALTY,
  RULES_VERSION,
} from './rules.ts';
import type { Strength } from './tool.ts';
import { sessionOf } from './sessions.ts';
import { titleOfTool, toolOfBranch, TOOLS, UNNAMED_TOOL } from './tools.ts';
import { parseTrailers, type Trailer } from './trailers.ts';
import { capped, pattern } from '../text/pattern.ts';

/** What a commit says about itself; names raw, as git has them. */
export interface CommitWords {
  readonly authorName: string;
  readonly authorEmail: string;
  readonly committerName: string;
  readonly committerEmail: string;
  readonly authoredAt: Date;
  readonly message: string;
  /** Branch that it was merged from, when known. */
  readonly branch?: string | null;
}

export type MarkKind = keyof typeof MARK_CONFIDENCE;

/** A row of commit_mark without its commit. */
export interface Mark {
  readonly toolId: string;
  readonly kind: MarkKind;
  /** Signal grade: 4 line counts, 3 declared, 1 hint, 0 distrusted (says nothing). */
  readonly grade: number;
  /** 0..1. */
  readonly confidence: number;
  /** AI lines / all lines, 0..1; null = the mark gives no number. */
  readonly aiShare: number | null;
  /** What matched, never a secret. */
  readonly value: string;
  readonly rulesVersion: number;
}

const GRADES: Readonly<Partial<Record<MarkKind, number>>> = { note: 4, line_count: 4, branch: 1, distrusted: 0 };

/** A mark of a kind with the confidence of its kind. */
export function newMark(
  kind: MarkKind,
  toolId: string,
  rest: { readonly value: string; readonly strength?: Strength; readonly aiShare?: number | null }
): Mark {
  const penalty = rest.strength === 'medium' ? MEDIUM_PENALTY : 0;
  return {
    toolId,
    kind,
    grade: GRADES[kind] ?? 3,
    confidence: Math.max(0, Math.round((MARK_CONFIDENCE[kind] - penalty) * 100) / 100),
    aiShare: rest.aiShare ?? null,
    value: rest.value.slice(0, 200),
    rulesVersion: RULES_VERSION,
  };
}

const CO_AUTHOR = pattern`^(?P<name>[^<>]*?)\s*<(?P<email>[^<>]*)>\s*$`;

/** Name and address of `Name <address>`; null = it has no such form. */
function personOf(value: string): Identity | null {
  const found = value.endsWith('>') ? CO_AUTHOR.exec(value)?.named : undefined;
  return found === undefined ? null : { name: found['name'] ?? '', email: found['email'] ?? '' };
}

const isCoAuthor = ({ key }: Trailer): boolean => key.toLowerCase() === 'co-authored-by';

/** Identities of the `Co-authored-by` trailers. */
export function coAuthors(trailers: readonly Trailer[]): Identity[] {
  return trailers.filter(isCoAuthor).flatMap(({ value }) => personOf(value) ?? []);
}

const nameEnds = TOOLS.filter(({ nameEnd }) => nameEnd !== undefined);
const domains = new Map(TOOLS.flatMap((tool) => (tool.domains ?? []).map((domain) => [domain, tool] as const)));

/** Mark of an account that belongs to a tool, or of a name with a tool's suffix. */
function accountMark(kind: 'author' | 'committer' | 'co_author', who: Folded, authoredAt: Date): Mark | null {
  const day = Number.isNaN(authoredAt.getTime()) ? '' : authoredAt.toISOString().slice(0, 10);
  const lie = DISTRUSTED.find(({ email, from, to }) => email === who.email && from <= day && day <= to);
  if (lie) return newMark('distrusted', lie.tool, { value: `${lie.email} ${lie.from}..${lie.to}` });
  const tool = toolOfAccount(who);
  if (tool?.isReviewer === true) return null;
  if (tool) return newMark(kind, tool.id, { value: who.bots[0] ?? who.email, strength: tool.strength });
  const named = nameEnds.find(({ nameEnd }) => who.name.endsWith(nameEnd ?? '\0'));
  return named ? newMark(kind, named.id, { value: `name${named.nameEnd ?? ''}`, strength: named.strength }) : null;
}

/** Tool of a co-author whom only the name gives away: a full name of a tool, or its bare name at its maker's domain. */
function toolOfNamed({ name, email }: Identity): string | null {
  const full = toolOfFullName(name ?? '');
  if (full !== null) return full;
  const domain = (email ?? '').toLowerCase().split('@').at(-1) ?? '';
  const bare = toolOfName(name ?? '');
  return bare !== null && domains.get(domain)?.id === bare ? bare : null;
}

function coAuthorMark(who: Identity, authoredAt: Date): Mark | null {
  const folded = fold(who);
  const known = accountMark('co_author', folded, authoredAt);
  if (known !== null || toolOfAccount(folded) !== null) return known;
  const tool = toolOfNamed(who);
  return tool === null ? null : newMark('co_author', tool, { value: `name ${titleOfTool(tool)}`, strength: 'medium' });
}

const LINES = pattern`^(\d{1,3})% agent \((\d{1,9})/(\d{1,9}) lines\)$`;
const PERCENT = pattern`^(\d{1,3}(?:\.\d+)?)\s*%$`;

/** `146/200 lines`, checked against the percentage that stands beside it. */
function lineCount({ key, value }: Trailer): Mark | null {
  if (key.toLowerCase() === LINE_COUNT_TRAILERS.lines) {
    const match = LINES.exec(value);
    if (!match) return null;
    const [percent = 0, ai = 0, all = 0] = match.groups.map(Number);
    const isSound = all > 0 && ai <= all && Math.abs((100 * ai) / all - percent) <= 1;
    return isSound ? newMark('line_count', UNNAMED_TOOL, { value: `${key}: ${value}`, aiShare: ai / all }) : null;
  }
  if (key.toLowerCase() === LINE_COUNT_TRAILERS.percent) {
    const percent = Number(PERCENT.exec(value)?.groups[0] ?? NaN);
    return percent <= 100
      ? newMark('line_count', UNNAMED_TOOL, { value: `${key}: ${value}`, aiShare: percent / 100 })
      : null;
  }
  return null;
}

/** Tool that a declaration names: an address or a name. People assisted people before there were agents: a person is no tool. */
function declaredTool(value: string): string | null {
  const person = personOf(value);
  if (person === null) return toolOfDeclaration(value);
  return toolOfAccount(fold(person))?.id ?? toolOfNamed(person);
}

/** `Assisted-by: Agent:model`, `AI-Generated: true` and their like; a denial says that no AI took part. */
function declaration({ key, value }: Trailer): Mark | null {
  const rule = DECLARING_TRAILERS.get(key.toLowerCase());
  if (!rule) return null;
  const said = readDeclaration(value);
  if (said === 'unclear') return null;
  const isDenial = said === 'human' && (!rule.naming || declaredTool(value) === null);
  if (isDenial) return rule.naming && !isPlainDenial(value) ? null : denial({ key, value });
  const tool = declaredTool(value);
  const isNamed =
    tool !== null || (personOf(value) === null && key.toLowerCase() === 'assisted-by' && isAgentAndModel(value));
  if (rule.naming && !isNamed) return null;
  return newMark('trailer', tool ?? UNNAMED_TOOL, { value: key, strength: 'medium' });
}

const denial = ({ key, value }: Trailer): Mark =>
  newMark('explicit_human', UNNAMED_TOOL, { value: `${key}: ${value}` });

/** Keys that people are named in as well deny by a plain word only: `Assisted-by: Manuel` is a person. */
const isPlainDenial = (value: string): boolean => value.split(' ').length <= 3 && !value.includes('@');

/** A session ran the commit. How many of its lines are the session's it does not say, so it is weaker than what a tool signs. */
export const sessionMark = (kind: 'trailer' | 'session_note', toolId: string): Mark =>
  newMark(kind, toolId, { value: 'AI-Session', strength: 'medium' });

function toolTrailer(trailer: Trailer, trailers: readonly Trailer[]): Mark | null {
  const session = sessionOf(trailer);
  if (session !== null) return sessionMark('trailer', session.toolId);
  const key = trailer.key.toLowerCase();
  const tool = TOOLS.find(({ trailers: rules }) =>
    rules?.some((one) => one.key === key && (one.value === undefined || one.value.test(trailer.value)))
  );
  if (!tool) return null;
  // The number of lines says more than that there was a session.
  const isCounted = key.startsWith('entire-') && trailers.some((one) => lineCount(one) !== null);
  return isCounted ? null : newMark('trailer', tool.id, { value: trailer.key, strength: tool.strength });
}

function trailerMarks(trailers: readonly Trailer[], authoredAt: Date): Mark[] {
  const isDenied = (one: Trailer): boolean =>
    isCoAuthor(one) && readDeclaration(one.value) === 'human' && isPlainDenial(one.value);
  const declared = trailers.map(declaration).filter((mark) => mark !== null);
  // A model that is not named (`AI-Model: -`) takes nothing from a tool that is.
  const isAffirmed = declared.some(({ kind }) => kind === 'trailer');
  return [
    ...coAuthors(trailers).map((who) => coAuthorMark(who, authoredAt)),
    ...trailers.flatMap((trailer) => [toolTrailer(trailer, trailers), lineCount(trailer)]),
    ...declared.filter(({ kind }) => kind === 'trailer' || !isAffirmed),
    ...trailers.filter(isDenied).map(denial),
  ].filter((mark) => mark !== null);
}

function textMarks(message: string, footers: readonly string[]): Mark[] {
  const subject = TOOLS.filter((tool) => tool.subject !== undefined && message.startsWith(tool.subject));
  const ids = [...footers, ...subject.map(({ id }) => id)];
  return ids.map((id) => {
    const strength = TOOLS.find((tool) => tool.id === id)?.strength ?? 'medium';
    return newMark('text', id, { value: 'message text', strength });
  });
}

function branchMarks(branch: string | null | undefined): Mark[] {
  const found = toolOfBranch(branch);
  return found === null ? [] : [newMark('branch', found.tool.id, { value: found.start })];
}

/** All marks of a commit, one per tool and kind. No mark means unknown, not human. Never throws. */
export function markCommit(commit: CommitWords): Mark[] {
  const { trailers, earlier, footers } = readMessage(commit.message);
  // One message of a list that denies AI does not speak for the others.
  const listed = trailerMarks(earlier, commit.authoredAt).filter(
    ({ kind }) => kind !== 'explicit_human' && kind !== 'line_count'
  );
  const all = [
    accountMark('author', fold({ name: commit.authorName, email: commit.authorEmail }), commit.authoredAt),
    accountMark('committer', fold({ name: commit.committerName, email: commit.committerEmail }), commit.authoredAt),
    ...trailerMarks(trailers, commit.authoredAt),
    ...listed,
    ...textMarks(commit.message, footers),
    ...branchMarks(commit.branch),
  ].filter((mark) => mark !== null);
  const unique = new Map<string, Mark>();
  for (const mark of all) {
    const known = unique.get(`${mark.toolId} ${mark.kind}`);
    if (!known || mark.confidence > known.confidence) unique.set(`${mark.toolId} ${mark.kind}`, mark);
  }
  return [...unique.values()];
}

/**
 * The human behind a commit that an agent authored: its human co-author, else the human who committed it. Null = the author is no
 * agent, or no human is named.
 */
export function requesterOf(commit: CommitWords): Identity | null {
  if (accountKind({ name: commit.authorName, email: commit.authorEmail }) !== 'ai_agent') return null;
  const others = [
    ...coAuthors(parseTrailers(capped(commit.message))),
    { name: commit.committerName, email: commit.committerEmail },
  ];
  return others.find((who) => (who.email ?? '').trim() !== '' && accountKind(who) === 'human') ?? null;
}
