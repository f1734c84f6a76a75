/** Evidence of AI use on one commit, from its metadata alone. What a change is made of it is decided elsewhere (derive). */
import { accountKind, fold, ruleOfAccount, type Folded, type Identity } from './account-kind.ts';
import {
  DECLARING_TRAILERS,
  DENIALS,
  DISTRUSTED,
  LINE_COUNT_TRAILERS,
  MARK_CONFIDENCE,
  MEDIUM_PENALTY,
  RULES_VERSION,
  TOOL_RULES,
  type Strength,
} from './rules.ts';
import { toolOfText } from './tool-names.ts';
import { parseTrailers, type Trailer } from './trailers.ts';

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

const CO_AUTHOR = /^(?<name>.*?)\s*<(?<email>[^<>]*)>\s*$/;

/** Identities of the `Co-authored-by` trailers. */
export function coAuthors(trailers: readonly Trailer[]): Identity[] {
  return trailers
    .filter(({ key }) => key.toLowerCase() === 'co-authored-by')
    .map(({ value }) => CO_AUTHOR.exec(value)?.groups)
    .filter((groups) => groups !== undefined)
    .map(({ name = '', email = '' }) => ({ name, email }));
}

/** Mark of an account that belongs to a tool, or of a name with a tool's suffix. */
function accountMark(kind: 'author' | 'committer' | 'co_author', who: Folded, authoredAt: Date): Mark | null {
  const day = Number.isNaN(authoredAt.getTime()) ? '' : authoredAt.toISOString().slice(0, 10);
  const lie = DISTRUSTED.find(({ email, from, to }) => email === who.email && from <= day && day <= to);
  if (lie) return newMark('distrusted', lie.tool, { value: `${lie.email} ${lie.from}..${lie.to}` });
  const rule = ruleOfAccount(who);
  if (rule) return newMark(kind, rule.tool, { value: who.bots[0] ?? who.email, strength: rule.strength });
  const named = TOOL_RULES.find(({ nameEnd }) => nameEnd !== undefined && who.name.endsWith(nameEnd));
  return named ? newMark(kind, named.tool, { value: `name${named.nameEnd ?? ''}`, strength: named.strength }) : null;
}

/** `146/200 lines`, checked against the percentage that stands beside it. */
function lineCount({ key, value }: Trailer): Mark | null {
  if (key.toLowerCase() === LINE_COUNT_TRAILERS.lines) {
    const match = /^(\d{1,3})% agent \((\d+)\/(\d+) lines\)$/.exec(value);
    if (!match) return null;
    const [percent = 0, ai = 0, all = 0] = match.slice(1).map(Number);
    const isSound = all > 0 && ai <= all && Math.abs((100 * ai) / all - percent) <= 1;
    return isSound ? newMark('line_count', 'generic', { value: `${key}: ${value}`, aiShare: ai / all }) : null;
  }
  if (key.toLowerCase() === LINE_COUNT_TRAILERS.percent) {
    const percent = Number(/^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(value)?.[1] ?? NaN);
    return percent <= 100
      ? newMark('line_count', 'generic', { value: `${key}: ${value}`, aiShare: percent / 100 })
      : null;
  }
  return null;
}

/** `Assisted-by: Agent:model`, `AI-Generated: true` and their like; a denial says that no AI took part. */
function declaration({ key, value }: Trailer): Mark | null {
  const rule = DECLARING_TRAILERS.find((one) => one.key === key.toLowerCase());
  if (!rule || value === '') return null;
  if (DENIALS.has(value.toLowerCase()))
    return newMark('explicit_human', 'generic', { value: `${key}: ${value}`, strength: 'high' });
  const address = CO_AUTHOR.exec(value)?.groups;
  const account = address ? ruleOfAccount(fold({ name: address.name ?? '', email: address.email ?? '' })) : null;
  const tool = account?.tool ?? toolOfText(value);
  // People assisted people before there were agents: a person's name and address is no tool.
  const isNamed = tool !== null || (!address && /^[\w.-]+:[\w./-]+/.test(value) && key.toLowerCase() === 'assisted-by');
  if (rule.naming && !isNamed) return null;
  return newMark('trailer', tool ?? 'generic', { value: key, strength: 'medium' });
}

function toolTrailer(trailer: Trailer, trailers: readonly Trailer[]): Mark | null {
  const key = trailer.key.toLowerCase();
  const rule = TOOL_RULES.find(({ trailers: rules }) =>
    rules?.some((one) => one.key === key && (one.value === undefined || one.value.test(trailer.value)))
  );
  if (!rule) return null;
  // The number of lines says more than that there was a session.
  const isCounted = key === 'entire-checkpoint' && trailers.some((one) => lineCount(one) !== null);
  return isCounted ? null : newMark('trailer', rule.tool, { value: trailer.key, strength: rule.strength });
}

function trailerMarks(trailers: readonly Trailer[], authoredAt: Date): Array<Mark | null> {
  const isDenied = ({ key, value }: Trailer): boolean =>
    key.toLowerCase() === 'co-authored-by' && DENIALS.has(value.toLowerCase());
  return [
    ...coAuthors(trailers).map((who) => accountMark('co_author', fold(who), authoredAt)),
    ...trailers.flatMap((trailer) => [toolTrailer(trailer, trailers), declaration(trailer), lineCount(trailer)]),
    ...trailers
      .filter(isDenied)
      .map(({ key, value }) => newMark('explicit_human', 'generic', { value: `${key}: ${value}` })),
  ];
}

function textMarks(message: string): Mark[] {
  return TOOL_RULES.filter(({ text }) => text?.test(message) === true).map(({ tool, strength }) =>
    newMark('text', tool, { value: 'message text', strength })
  );
}

function branchMarks(branch: string | null | undefined): Mark[] {
  const name = (branch ?? '').toLowerCase();
  return TOOL_RULES.flatMap(({ tool, branches }) => {
    const hint = branches?.find((start) => name.startsWith(start));
    return hint === undefined ? [] : [newMark('branch', tool, { value: hint })];
  });
}

/** All marks of a commit, one per tool and kind. No mark means unknown, not human. Never throws. */
export function markCommit(commit: CommitWords): Mark[] {
  const trailers = parseTrailers(commit.message);
  const all = [
    accountMark('author', fold({ name: commit.authorName, email: commit.authorEmail }), commit.authoredAt),
    accountMark('committer', fold({ name: commit.committerName, email: commit.committerEmail }), commit.authoredAt),
    ...trailerMarks(trailers, commit.authoredAt),
    ...textMarks(commit.message),
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
    ...coAuthors(parseTrailers(commit.message)),
    { name: commit.committerName, email: commit.committerEmail },
  ];
  return others.find((who) => (who.email ?? '').trim() !== '' && accountKind(who) === 'human') ?? null;
}
