/** What happened to a merge request: by its system notes, its comments, and its changes of state. Pure. */
import type { HouseRow } from '../../../connector.ts';
import type { Naming } from '../../../forge/signatures.ts';
import type { User } from '../schema.ts';
import type { Activity, Said } from '../schema-graphql.ts';
import { accountNamed, accountOf, namedRow, userKind, userRow } from './accounts.ts';
import { mergerOf, type Request } from './change.ts';
import { happenedIn, type Happened } from './notes.ts';

/** Comments of one reviewer that are published together are one review. */
const TOGETHER_MS = 60_000;
/** System notes that say that lines of a thread were changed. */
const OUTDATED = 'outdated';

const time = ({ createdAt }: { readonly createdAt: Date }): number => createdAt.getTime();
const inOrder = <One extends { readonly createdAt: Date }>(all: readonly One[]): One[] => [...all].sort((a, b) => time(a) - time(b)); // prettier-ignore
const numberOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

interface Told extends Happened {
  readonly note: Activity;
  /** Place among what one note tells. */
  readonly index: number;
}

const toldBy = ({ parts }: Request): Told[] =>
  inOrder(parts.activity.nodes).flatMap((note) =>
    happenedIn(note).map((happened, index) => ({ ...happened, note, index }))
  );

/** Comments of people: without those for the team alone, and what the system wrote. */
const saidIn = ({ parts }: Request): Said[] =>
  inOrder(parts.said.nodes).filter(({ system, internal, confidential }) => !system && internal !== true && confidential !== true); // prettier-ignore

/** A comment in the diff, or in a thread that asks to be resolved. */
const isInThread = ({ position, discussion }: Said): boolean => (position ?? null) !== null || discussion?.resolvable === true; // prettier-ignore

/** Accounts by login: notes name people by it. */
function byLogin({ header, parts, states }: Request): Map<string, NonNullable<User>> {
  const all = [
    header.author,
    mergerOf(header),
    ...parts.activity.nodes.map(({ author }) => author),
    ...parts.said.nodes.map(({ author }) => author),
    ...states.map(({ user }) => user),
  ];
  return new Map(all.flatMap((who) => (who === null ? [] : [[who.username.toLowerCase(), who] as const])));
}

function row(request: Request, id: string, values: Readonly<Record<string, Date | string | null>>): HouseRow {
  return { table: 'change_event', values: { change_key: String(request.header.iid), event_id: id, ...values } };
}

/** An approval that its giver, or a push, took back later is none any more. */
function isWithdrawn(one: Told, all: readonly Told[]): boolean {
  if (one.state !== 'approved') return false;
  const after = all.filter(({ note, kind }) => kind === 'dismiss' && note.createdAt >= one.note.createdAt && note !== one.note); // prettier-ignore
  const login = one.note.author?.username ?? '';
  return after.some(
    ({ note }) =>
    note.body.startsWith('unapproved') ? note.author?.username === login : !note.body.includes('@') || note.body.includes(`@${login}`) // prettier-ignore
  );
}

function toldRows(request: Request, naming: Naming): HouseRow[] {
  const all = toldBy(request);
  const known = byLogin(request);
  return all.flatMap((one): HouseRow[] => {
    const { note, kind, about, index } = one;
    const id = index === 0 ? `note/${numberOf(note.id)}` : `note/${numberOf(note.id)}/${String(index)}`;
    const who = about === undefined ? note.author : known.get(about.toLowerCase());
    const isNamed = about !== undefined && who === undefined;
    const account = isNamed ? accountNamed(about, naming) : accountOf(who, naming);
    const state = isWithdrawn(one, all) ? 'dismissed' : (one.state ?? null);
    return [
      ...(isNamed ? namedRow(about, naming) : userRow(who, naming)),
      row(request, id, { at: note.createdAt, account_id: account, kind, state }),
    ];
  });
}

/** What somebody said in the diff or a thread is a review of who did not write the merge request, unless they said so themselves. */
function reviewsOf(request: Request): Said[] {
  const told = toldBy(request).filter(({ kind }) => kind === 'review');
  const author = request.header.author?.id;
  const last = new Map<number, number>();
  return saidIn(request).filter((note) => {
    const who = note.author?.id;
    if (who === undefined || who === author || !isInThread(note)) return false;
    const before = last.get(who);
    last.set(who, time(note));
    const isSaid = told.some((one) => one.note.author?.id === who && Math.abs(time(one.note) - time(note)) <= TOGETHER_MS); // prettier-ignore
    return !isSaid && (before === undefined || time(note) - before > TOGETHER_MS);
  });
}

function threadState(note: Said, outdated: ReadonlySet<string>): string {
  const isOutdated = outdated.has(note.discussion?.id ?? '');
  if (note.discussion?.resolved === true) return isOutdated ? 'resolved_outdated' : 'resolved';
  return isOutdated ? 'outdated' : 'open';
}

function saidRows(request: Request, naming: Naming): HouseRow[] {
  const outdated = new Set(
    request.parts.activity.nodes.flatMap(({ systemNoteMetadata, discussion }) =>
      systemNoteMetadata?.action === OUTDATED && discussion ? [discussion.id] : []
    )
  );
  const begun = new Set<string>();
  return saidIn(request).flatMap((note): HouseRow[] => {
    const thread = note.discussion?.id ?? note.id;
    const isFirst = !begun.has(thread);
    begun.add(thread);
    const isOne = isInThread(note);
    const state = isOne ? (isFirst ? threadState(note, outdated) : 'reply') : null;
    return [
      ...userRow(note.author, naming),
      row(request, `note/${numberOf(note.id)}`, { at: note.createdAt, account_id: accountOf(note.author, naming), kind: isOne ? 'review_comment' : 'comment', state }), // prettier-ignore
    ];
  });
}

/** When it was closed, opened again and merged, and by whom. */
function stateRows(request: Request, naming: Naming): HouseRow[] {
  const { header, states } = request;
  const merger = mergerOf(header);
  const merged = header.state === 'merged' && header.merged_at ? [row(request, 'merged', { at: header.merged_at, account_id: accountOf(merger, naming), kind: 'merged', state: null })] : []; // prettier-ignore
  return [
    ...states
      .filter(({ state }) => state === 'closed' || state === 'reopened')
      .flatMap(({ id, created_at: at, user, state: kind }) => [
        ...userRow(user, naming),
        row(request, `state/${String(id)}`, { at, account_id: accountOf(user, naming), kind, state: null }),
      ]),
    ...merged,
  ];
}

export function eventRows(request: Request, naming: Naming): HouseRow[] {
  const reviews = reviewsOf(request).map(
    (note) =>
    row(request, `review/${numberOf(note.id)}`, { at: note.createdAt, account_id: accountOf(note.author, naming), kind: 'review', state: 'commented' }) // prettier-ignore
  );
  return [...toldRows(request, naming), ...saidRows(request, naming), ...reviews, ...stateRows(request, naming)];
}

/** Whether a human other than its author reviewed it. */
export function isReviewedByHuman(request: Request, naming: Naming): boolean {
  const author = accountOf(request.header.author, naming);
  const told = toldBy(request).flatMap(({ kind, note }) => (kind === 'review' ? [note.author] : []));
  return [...told, ...reviewsOf(request).map((note) => note.author)].some(
    (who) => who !== null && userKind(who) === 'human' && accountOf(who, naming) !== author
  );
}

/**
 * When it could first be reviewed: when it was opened, unless it was opened as a draft; then the first change between both is that it
 * became ready. Null = it never was.
 */
export function firstReady(request: Request): Date | null {
  const { header } = request;
  const first = toldBy(request).find(({ kind }) => kind === 'ready' || kind === 'draft');
  if (first === undefined) return (header.draft ?? header.work_in_progress) === true ? null : header.created_at;
  return first.kind === 'ready' ? first.note.createdAt : header.created_at;
}
