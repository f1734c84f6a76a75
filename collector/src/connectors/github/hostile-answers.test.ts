/** What a server may answer that is not GitHub, or not as GitHub describes itself: one clear error, or one entry that is named. */
import fc from 'fast-check';
import type { HttpAnswer, Page, StreamContext } from '../../connector.ts';
import { CollectorError, lineOf } from '../../errors.ts';
import { foreignJson } from '../../foreign.ts';
import { section, type Section } from './config.ts';
import { deployments } from './streams/deployments.ts';
import { issues } from './streams/issues.ts';
import { pullRequests } from './streams/pull-requests.ts';
import { repositories } from './streams/repositories.ts';

const AT = '2026-10-01T10:00:00Z';
const OID = 'a'.repeat(40);
const NOW = new Date('2026-10-05T12:00:00Z');
const details = { id: 'R_1', name: 'acme/shop', branch: 'main', isArchived: false, lookedAt: AT, pulls: AT, issues: AT, deployments: AT, pushed: OID }; // prettier-ignore

type Any = Record<string, unknown>;
const page = (hasNextPage: boolean, endCursor: string | null): Any => ({ hasNextPage, endCursor });

/** Pages of a stream whose server gives these bodies in turn, the last one for ever. */
async function read(
  stream: {
    pull: (context: StreamContext<Section>, cursor: null, signal: AbortSignal) => AsyncIterable<Page<unknown>>;
  },
  bodies: readonly unknown[]
): Promise<Page<unknown>[]> {
  let asked = 0;
  const request = (
    _path: string,
    { json }: { readonly json?: { readonly query?: string } } = {}
  ): Promise<HttpAnswer> => {
    // What the server's issues have is asked besides.
    if (json?.query?.startsWith('query issueFields') === true) {
      return Promise.resolve({
        json: () => ({ data: { __type: null } }),
        headers: new Headers(),
      } as unknown as HttpAnswer);
    }
    if (++asked > 3_000) throw new Error('it asks for ever');
    const text = JSON.stringify(bodies[Math.min(asked, bodies.length) - 1]);
    return Promise.resolve({ json: () => foreignJson(text), headers: new Headers() } as unknown as HttpAnswer);
  };
  const context = {
    section: section.parse({ token: 'ghp_x', owners: ['acme'] }),
    http: () => ({ request }),
    now: () => NOW,
    repositories: [],
    askedAt: null,
    siblings: () => [],
    accountId: (provider: string, key: string) => `${provider}/${key}`,
    scope: { name: 'acme/shop', repository: 'acme/shop', details },
  } as unknown as StreamContext<Section>;
  const pages: Page<unknown>[] = [];
  for await (const one of stream.pull(context, null, new AbortController().signal)) pages.push(one);
  return pages;
}

const issue = (number: number, more: Any = {}): Any => ({ number, title: `Issue ${String(number)}`, url: 'https://github.com/acme/shop/issues/1', state: 'OPEN', createdAt: AT, updatedAt: AT, closedAt: null, labels: { totalCount: 0, nodes: [] }, ...more }); // prettier-ignore
const issuePage = (nodes: unknown[], info: Any = page(false, null)): Any => ({ data: { node: { issues: { totalCount: nodes.length, pageInfo: info, nodes } } } }); // prettier-ignore
const repo = (id: string, name: string, more: Any = {}): Any => ({ id, databaseId: 7, nameWithOwner: name, url: `https://github.com/${name}`, isArchived: false, isFork: false, defaultBranchRef: null, pullRequests: { totalCount: 0, nodes: [] }, issues: { nodes: [] }, deployments: { nodes: [] }, ...more }); // prettier-ignore
const repoPage = (nodes: unknown[]): Any => ({ data: { repositoryOwner: { __typename: 'Organization', login: 'acme', repositories: { totalCount: nodes.length, pageInfo: page(false, null), nodes } } } }); // prettier-ignore
const deployPage = (nodes: unknown[], info: Any): Any => ({ data: { node: { deployments: { totalCount: 1, pageInfo: info, nodes } } } }); // prettier-ignore
const pullPage = (nodes: unknown[], info: Any): Any => ({ data: { node: { nameWithOwner: 'acme/shop', pullRequests: { totalCount: 1, pageInfo: info, nodes } } } }); // prettier-ignore

describe('a list without end', () => {
  const more = page(true, 'same');
  it.each([
    ['issues', issues, issuePage([issue(1)], more)],
    ['deployments', deployments, deployPage([], more)],
    ['pull requests', pullRequests, pullPage([], more)],
    ['repositories of acme', repositories, { data: { repositoryOwner: { __typename: 'User', login: 'acme', repositories: { totalCount: 0, pageInfo: more, nodes: [] } } } }], // prettier-ignore
  ])('of %s ends with an error that names it', async (what, stream, body) => {
    const error: unknown = await read(stream as typeof issues, [body]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'source_endless' });
    expect((error as Error).message).toContain(what);
  });

  it('is noticed by empty pages, a place that is missing, and more than there are', async () => {
    const fresh = Array.from({ length: 20 }, (_, at) => issuePage([], page(true, String(at))));
    await expect(read(issues, fresh)).rejects.toMatchObject({ code: 'source_endless' });
    await expect(read(issues, [issuePage([issue(1)], page(true, null))])).rejects.toMatchObject({ code: 'source_endless' }); // prettier-ignore
    const many = Array.from({ length: 30 }, (_, at) => issuePage(Array.from({ length: 100 }, () => issue(1)), page(true, String(at)))); // prettier-ignore
    const error: unknown = await read(issues, many).catch((thrown: unknown) => thrown);
    expect(lineOf(error)).toContain('1,300 came of 100');
  });

  it('may have an empty page in the middle', async () => {
    const pages = await read(issues, [issuePage([issue(1)], page(true, 'a')), issuePage([], page(true, 'b')), issuePage([issue(2)])]); // prettier-ignore
    expect(pages.flatMap(({ rows }) => rows.filter(({ table }) => table === 'issue'))).toHaveLength(2);
  });
});

describe('an entry that is not as GitHub describes it', () => {
  it.each([
    ['a text for a number', { number: '2' }],
    ['an object for a text', { title: {} }],
    ['null', { createdAt: null }],
    ['a list for an object', { labels: [] }],
    ['no instant', { updatedAt: 'infinity' }],
    ['a year that is none', { updatedAt: '+275760-09-13T00:00:00Z' }],
  ])('is named, and the others count: %s', async (_, wrong) => {
    const [first] = await read(issues, [issuePage([issue(1), issue(2, wrong), issue(3)])]);
    expect(first?.rows.filter(({ table }) => table === 'issue').map(({ values }) => values['external_id'])).toEqual(['acme/shop#1', 'acme/shop#3']); // prettier-ignore
    expect(first?.skips).toEqual([
      {
        item: 'issue 2',
        reason: expect.stringContaining(`source describes it: ${Object.keys(wrong)[0] ?? ''}`) as string,
      },
    ]);
  });

  it('takes no other repository of the organisation with it, nor do NUL and halves of characters', async () => {
    const nodes = [repo('R_1', 'acme/one'), repo('R_2', 'acme/two', { url: 7 }), repo('R_3', 'acme/a\0b\ud800')];
    const last = (await read(repositories, [repoPage(nodes)])).at(-1);
    expect(last?.found?.map(({ name }) => name)).toEqual(['acme/one', 'acme/a\\x00b\ufffd']);
    expect(last?.skips?.map(({ item }) => item)).toEqual(['repository acme/two']);
    expect(JSON.stringify([last?.cursor, last?.found])).not.toMatch(/\\u0000|\\ud800/);
  });

  it('is called as any other, whatever every object inherits', async () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
    const last = (await read(repositories, [repoPage(names.map((id) => repo(id, `acme/${id}`)))])).at(-1);
    expect(last?.found?.map(({ name }) => name)).toEqual(names.map((id) => `acme/${id}`));
    const { slugs } = last?.cursor as { slugs: Record<string, string> };
    expect(Object.entries(slugs)).toEqual(names.map((id) => [id, `acme/${id}`]));
  });
});

describe('an answer that is none', () => {
  it.each([
    null,
    7,
    'x',
    [],
    {},
    { data: 7 },
    { data: null, errors: 'x' },
    { data: { node: [] } },
    { errors: [{ path: 7, message: {} }] },
    { data: { node: { issues: { totalCount: '1', pageInfo: page(false, null), nodes: [] } } } },
  ])(
    // prettier-ignore
    '%j is told by a code',
    async (body) => {
      const error: unknown = await read(issues, [body]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CollectorError);
    }
  );

  it('ends in rows or in a code, whatever stands where', async () => {
    const whole = issuePage([issue(1), issue(2, { labels: { totalCount: 1, nodes: [{ name: 'incident' }] } })]);
    const paths: string[][] = [];
    const walk = (value: unknown, path: string[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value === 'object' && value !== null)
        for (const [key, one] of Object.entries(value)) walk(one, [...path, key]);
    };
    walk(whole, []);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue(), async (path, wrong) => {
        const body = structuredClone(whole);
        const parent = path.slice(0, -1).reduce<Any>((at, key) => at[key] as Any, body);
        parent[path.at(-1) ?? ''] = wrong;
        const error: unknown = await read(issues, [body, issuePage([])]).then(
          () => null,
          (thrown: unknown) => thrown
        );
        expect(error === null || error instanceof CollectorError ? null : lineOf(error)).toBeNull();
      }),
      { numRuns: 300 }
    );
  });
});
