/** A pull request as GitHub tells it: squashed, of one commit; a test says what is other than that. */
import type { Pull } from '../../src/connectors/github/schema.ts';

const at = (text: string): Date => new Date(`2026-03-${text}:00Z`);
const whole = <T>(nodes: readonly T[]) => ({
  totalCount: nodes.length,
  pageInfo: { hasNextPage: false, endCursor: null },
  bad: [],
  nodes: [...nodes],
});

export interface Drawn {
  readonly isDraft?: boolean;
  readonly base?: string;
  readonly author?: Pull['author'];
  readonly merge?: Pull['mergeCommit'];
  readonly items?: ReadonlyArray<NonNullable<Pull['timelineItems']['nodes'][number]>>;
  readonly threads?: Pull['threads'];
  readonly body?: string;
  readonly commits?: ReadonlyArray<Partial<NonNullable<Pull['commits']['nodes'][number]>['commit']>>;
}

export function drawnPull({
  isDraft = false,
  base = 'main',
  author,
  merge,
  items = [],
  threads = [],
  body = '',
  commits = [{}],
}: Drawn): Pull {
  return {
    __typename: 'PullRequest',
    id: 'PR_7',
    number: 7,
    title: 'feat: cart',
    totalCommentsCount: 0,
    url: 'https://github.com/acme/shop/pull/7',
    state: 'MERGED',
    isDraft,
    createdAt: at('02T10:00'),
    updatedAt: at('04T00:00'),
    closedAt: at('04T00:00'),
    mergedAt: at('04T00:00'),
    author: author === undefined ? { __typename: 'User', login: 'ana', databaseId: 7 } : author,
    mergedBy: { __typename: 'User', login: 'bo', databaseId: 8 },
    headRefName: 'topic',
    headRefOid: 'b'.repeat(40),
    baseRefName: base,
    additions: 10,
    deletions: 2,
    mergeCommit: merge ?? { oid: 'f'.repeat(40), messageHeadline: 'feat: cart (#7)', committedDate: at('04T00:00') },
    labels: whole([]),
    closingIssuesReferences: whole([]),
    timelineItems: whole(items),
    commits: whole(
      commits.map((given, index) => ({
        commit: {
          oid: String(index + 1)
            .repeat(40)
            .slice(0, 40),
          message: 'feat: last words',
          authoredDate: at('01T12:00'),
          committedDate: at('01T12:00'),
          additions: 10,
          deletions: 2,
          author: { name: 'Ana', email: 'ana@acme.io', user: { login: 'ana', databaseId: 7 } },
          committer: { name: 'Ana', email: 'ana@acme.io' },
          ...given,
        },
      }))
    ),
    last: { nodes: [] },
    threads,
    body,
  };
}
