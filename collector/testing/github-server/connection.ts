/** Connections as GitHub pages them: cursors that name the last node, `first` between 1 and 100. */
import { GraphQLError } from 'graphql';

export interface PageArgs {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
}

const encode = (text: string): string => Buffer.from(`cursor:${text}`).toString('base64');
const decode = (cursor: string): string => Buffer.from(cursor, 'base64').toString('utf8').slice(7);

interface Shown<T> {
  /** Names a node within its connection, also after others came in front of it. */
  readonly keyOf: (item: T, index: number) => string;
  readonly show: (item: T) => unknown;
}

export function connect<T>(items: readonly T[], args: PageArgs, { keyOf, show }: Shown<T>) {
  const size = args.first ?? args.last ?? 0;
  if (size < 1 || size > 100) {
    throw new GraphQLError(`Requesting ${String(size)} records on the connection exceeds the \`first\` limit of 100 records.`, { extensions: { type: 'EXCESSIVE_PAGINATION' } }); // prettier-ignore
  }
  const after = args.after ? decode(args.after) : null;
  const start = after === null ? 0 : items.findIndex((item, index) => keyOf(item, index) === after) + 1;
  const from = args.last != null && args.first == null ? Math.max(0, items.length - size) : start;
  const page = items.slice(from, from + size);
  const last = page.at(-1);
  return {
    totalCount: items.length,
    pageInfo: {
      hasNextPage: from + page.length < items.length,
      hasPreviousPage: from > 0,
      startCursor: page[0] === undefined ? null : encode(keyOf(page[0], from)),
      endCursor: last === undefined ? null : encode(keyOf(last, from + page.length - 1)),
    },
    nodes: () => page.map(show),
    edges: () => page.map((item) => show(item)),
  };
}

/** Cursors of pages that are sorted by time hold the time: what moved to the front meanwhile is not told twice. */
export function connectByTime<T extends { readonly number: number; readonly updatedAt: number }>(
  items: readonly T[],
  args: PageArgs,
  show: (item: T) => unknown
) {
  if (!args.after)
    return connect(items, args, { keyOf: (item) => `${String(item.updatedAt)}/${String(item.number)}`, show: show });
  const [at = 0, number = 0] = decode(args.after).split('/').map(Number);
  const rest = items.filter((item) => item.updatedAt < at || (item.updatedAt === at && item.number < number));
  const page = connect(
    rest,
    { ...args, after: null },
    { keyOf: (item) => `${String(item.updatedAt)}/${String(item.number)}`, show: show }
  );
  return { ...page, totalCount: items.length };
}
