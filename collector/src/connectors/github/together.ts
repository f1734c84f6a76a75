/**
 * First pages of several repositories, asked for together: who reads one repository asks for those that are read after it too, and each of
 * them takes its own. A page is taken once and while it is young; what a question for many did not give whole is asked for alone.
 */
import { z } from 'zod';
import type { StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import type { Answer, GitHub } from './client.ts';
import type { Section } from './config.ts';
import { found as foundSchema, type Found } from './cursors.ts';
import { isTooHeavy } from '../../forge/ladder.ts';
import { several } from './schema.ts';

/** Repositories of one question. */
const MOST = 25;
/** A page that nobody took by then is asked for again. */
const YOUNG_MS = 10 * 60_000;

type Variables = Readonly<Record<string, unknown>>;

/** What is asked of one repository (variable `id`) and of several (`ids`): the same fields, but smaller pages. */
export interface FirstQuestion<T> {
  readonly alone: { readonly query: string; readonly variables: Variables };
  readonly together: { readonly query: string; readonly variables: Variables };
  readonly schema: z.ZodType<T>;
  /** Whether another repository will be asked the same, as far as the look at it tells. */
  readonly isAskedOf: (other: Found) => boolean;
}

/** A repository that is read. */
export interface OfRepository {
  readonly context: StreamContext<Section>;
  readonly github: GitHub;
  readonly found: Found;
}

export interface FirstPage<T> extends Answer<T> {
  /** What it tells is complete up to here. */
  readonly readAt: Date;
}

interface Kept {
  readonly variables: string;
  readonly readAt: Date;
  /** By node id; a repository that is missing in it is asked alone. Never rejects. */
  readonly pages: Promise<ReadonlyMap<string, unknown>>;
}

/** Pages that wait for who takes them, by node id; and how many repositories GitHub answers for at once. */
interface Shelf {
  readonly kept: Map<string, Kept>;
  most: number;
}

/** By section, so by credential, and by query. */
const shelves = new WeakMap<Section, Map<string, Shelf>>();

function shelfOf(section: Section, query: string): Shelf {
  const own = shelves.get(section) ?? new Map<string, Shelf>();
  shelves.set(section, own);
  const shelf = own.get(query) ?? { kept: new Map<string, Kept>(), most: MOST };
  own.set(query, shelf);
  return shelf;
}

const isYoung = ({ readAt }: Kept, now: Date): boolean => Math.abs(now.getTime() - readAt.getTime()) < YOUNG_MS;

const ofNode = z.object({ id: z.string() });

/** Pages that came whole, by the node id that they carry: a place in a list is no name. Of an id that comes twice none is believed. */
function whole({ data, errors }: Answer<z.infer<typeof several>>, ids: readonly string[]): Map<string, unknown> {
  const failed = new Set(errors.map(({ path }) => (path?.[0] === 'nodes' ? path[1] : undefined)));
  const asked = new Set(ids);
  const pages = new Map<string, unknown>();
  for (const [at, page] of data.nodes.entries()) {
    const id = ofNode.safeParse(page).data?.id;
    // An error without a place may be anybody's.
    if (id === undefined || !asked.has(id) || failed.has(at) || failed.has(undefined)) continue;
    pages.set(id, pages.has(id) ? null : page);
  }
  return new Map([...pages].filter(([, page]) => page !== null));
}

/** The question put to many; nothing of it is relied upon: what it does not give is asked for alone. @throws the reason of an aborted run. */
async function askMany(
  { github }: OfRepository,
  { query, variables }: FirstQuestion<unknown>['together'],
  { ids, shelf }: { readonly ids: readonly string[]; readonly shelf: Shelf }
): Promise<ReadonlyMap<string, unknown>> {
  try {
    return whole(await github.askOnce(query, { ...variables, ids }, several), ids);
  } catch (error) {
    if (isTooHeavy(error)) shelf.most = Math.max(1, Math.floor(shelf.most / 2));
    if (error instanceof CollectorError) return new Map();
    throw error;
  }
}

/** Repositories after this one that will be asked the same, and whose pages are not there yet. */
function othersOf(context: StreamContext<Section>, { isAskedOf }: FirstQuestion<unknown>, { kept, most }: Shelf): string[] {
  const ids: string[] = [];
  for (const { details } of most > 1 ? context.siblings() : []) {
    const other = foundSchema.safeParse(details);
    if (other.success && !kept.has(other.data.id) && isAskedOf(other.data)) ids.push(other.data.id);
    if (ids.length + 1 >= most) break;
  }
  return ids;
} // prettier-ignore

/** The repository's page as it came with those of others; null = it did not. */
async function fromMany<T>(of: OfRepository, question: FirstQuestion<T>): Promise<FirstPage<T> | null> {
  const { context, found } = of;
  const shelf = shelfOf(context.section, question.together.query);
  const variables = JSON.stringify(question.together.variables);
  const now = context.now();
  for (const [id, one] of shelf.kept) if (!isYoung(one, now)) shelf.kept.delete(id);
  let mine = shelf.kept.get(found.id);
  shelf.kept.delete(found.id);
  // Not from before the last look, nor from before the source told that something changed.
  const least = Math.max(Date.parse(found.lookedAt), context.askedAt?.getTime() ?? 0);
  if (mine?.variables !== variables || mine.readAt.getTime() < least) {
    const others = othersOf(context, question, shelf);
    if (others.length === 0) return null;
    const asked = askMany(of, question.together, { ids: [found.id, ...others], shelf });
    mine = { variables, readAt: now, pages: asked.catch(() => new Map<string, unknown>()) };
    for (const id of others) shelf.kept.set(id, mine);
    await asked;
  }
  const page = (await mine.pages).get(found.id);
  const parsed = page === undefined ? null : question.schema.safeParse({ node: page });
  return parsed?.success === true ? { data: parsed.data, errors: [], readAt: mine.readAt } : null;
}

/** The first page of a repository's list. @throws CollectorError as `GitHub.ask`. */
export async function firstPage<T>(of: OfRepository, question: FirstQuestion<T>): Promise<FirstPage<T>> {
  const page = await fromMany(of, question);
  if (page !== null) return page;
  const { context, github, found } = of;
  const readAt = context.now();
  const { query, variables } = question.alone;
  return { ...(await github.ask(query, { ...variables, id: found.id }, question.schema)), readAt };
}
