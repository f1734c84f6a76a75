/** Reads pull requests: headers, then the details of those that changed, each whole or named as not. Shared by the streams of pull requests. */
import type { Page, Skip, StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import { given, notFound, openGitHub, type GitHub } from './client.ts';
import { providerOf, type Section } from './config.ts';
import { complete } from './complete.ts';
import type { Found } from './cursors.ts';
import { Following } from './following.ts';
import type { GraphqlError } from './faults.ts';
import { Ladder, isTooHeavy } from '../../forge/ladder.ts';
import { checksReplaced } from './normalize/builds.ts';
import { pullRows, type PullContext } from './normalize/pull.ts';
import { PULL_DETAILS, PULL_HEADERS, PULL_HEADERS_TOGETHER } from './queries/pulls.ts';
import { pull as pullSchema, pullDetails, pullHeaders, type Header, type Pull } from './schema.ts';
import { rebasedOf } from './rebased.ts';
import { firstPage, type FirstPage } from './together.ts';
import { threadsOf } from './threads.ts';
import type { z } from 'zod';

const HEADERS = 100;
/** Of each repository, where several are asked together. */
const HEADERS_TOGETHER = 50;

export interface HeaderPage {
  readonly headers: readonly Header[];
  readonly skips: readonly Skip[];
  readonly total: number;
  readonly next: string | null;
  readonly readAt: Date;
}

export interface Reader {
  readonly github: GitHub;
  readonly context: StreamContext<Section>;
  readonly found: Found;
  readonly ladder: Ladder;
  readonly following: Following;
}

/** Reads the pull requests of a repository. @param size Of the pages of the last pass; undefined = the first. */
export const openReader = async (
  context: StreamContext<Section>,
  found: Found,
  size: number | undefined
): Promise<Reader> => ({
  github: await openGitHub(context),
  context,
  found,
  ladder: new Ladder(size),
  following: new Following(`pull requests of ${found.name}`),
});

function headerPage(
  { found, following }: Reader,
  { data, errors, readAt }: FirstPage<z.infer<typeof pullHeaders>>
): HeaderPage {
  if (data.node === null) {
    throw notFound(`The repository ${found.name}`);
  }
  const { totalCount, pageInfo, nodes, bad } = data.node.pullRequests;
  const { nodes: headers, skips } = given(data.node.pullRequests, 'pull requests', errors);
  return {
    headers,
    skips,
    total: totalCount,
    next: following.next({ pageInfo, totalCount, count: nodes.length + bad.length }),
    readAt,
  };
}

/** Pull requests that changed last first. @throws CollectorError `source_not_found` for a repository that is gone. */
export async function readHeaders(reader: Reader, after: string | null): Promise<HeaderPage> {
  const { github, found, context } = reader;
  const readAt = context.now();
  const answer = await github.ask(PULL_HEADERS, { id: found.id, first: HEADERS, after }, pullHeaders);
  return headerPage(reader, { ...answer, readAt });
}

/** The first page, asked together with those of other repositories. @throws CollectorError as readHeaders. */
export async function readFirstHeaders(reader: Reader, isAskedOf: (other: Found) => boolean): Promise<HeaderPage> {
  const question = {
    alone: { query: PULL_HEADERS, variables: { first: HEADERS } },
    together: { query: PULL_HEADERS_TOGETHER, variables: { first: HEADERS_TOGETHER } },
    schema: pullHeaders,
    isAskedOf,
  };
  return headerPage(reader, await firstPage(reader, question));
}

interface Some {
  readonly pulls: readonly Pull[];
  readonly skips: readonly Skip[];
  /** Those whose checks are known whole. */
  readonly checked: readonly Pull[];
}

/** Fields of a pull request that GitHub could not give. */
const partial = (item: string, errors: readonly GraphqlError[], index: number): Skip[] =>
  errors
    .filter(({ path }) => path?.[1] === index && path.length > 2)
    .map(({ path = [], message = '' }) => ({ item: `${item} ${path.slice(2).join('.')}`, reason: `GitHub did not give it: ${message.slice(0, 200)}` })); // prettier-ignore

/** @param headers One page of the ladder. */
async function details({ github }: Reader, headers: readonly Header[], isEager: boolean): Promise<Some> {
  const ask = isEager ? github.askOnce : github.ask;
  const { data, errors } = await ask(PULL_DETAILS, { ids: headers.map(({ id }) => id) }, pullDetails);
  const pulls: Pull[] = [];
  const checked: Pull[] = [];
  const skips: Skip[] = [];
  for (const [index, node] of data.nodes.entries()) {
    const item = `#${String(headers[index]?.number ?? 0)}`;
    const parsed = node === null ? null : pullSchema.safeParse(node);
    if (parsed?.success === true && parsed.data.id !== headers[index]?.id) {
      skips.push({ item, reason: 'GitHub answered with another pull request; the next reconciliation asks again' });
    } else if (parsed?.success === true) {
      const whole = await complete(parsed.data, github);
      pulls.push(whole.pull);
      const lacking = [...whole.skips, ...partial(item, errors, index)];
      if (whole.hasAllChecks && !lacking.some((skip) => skip.item.startsWith(`${item} last`))) checked.push(whole.pull);
      for (const skip of lacking) skips.push(skip);
    } else if (node === null) {
      const said = errors.find(({ path }) => path?.[1] === index)?.message;
      skips.push({
        item,
        reason: `GitHub did not give it${said === undefined ? '' : ` (${said.slice(0, 200)})`}; the next reconciliation asks again`,
      });
    } else {
      skips.push({ item, reason: `it is not as GitHub describes it: ${parsed?.error.issues[0]?.path.join('.') ?? ''} ${parsed?.error.issues[0]?.message ?? ''}` }); // prettier-ignore
    }
  }
  const said = await threadsOf(pulls, ask);
  const whole = pulls.map((one) => ({ ...one, threads: said.threads.get(one.id) ?? [] }));
  const isChecked = new Set(checked.map(({ id }) => id));
  return { pulls: whole, skips: [...skips, ...said.skips], checked: whole.filter(({ id }) => isChecked.has(id)) };
}

/** Details of headers: smaller pages where GitHub breaks off; one that cannot be read alone is named, and the others go on. */
async function heavy(reader: Reader, headers: readonly Header[]): Promise<Some & { readonly read: number }> {
  const { ladder } = reader;
  for (;;) {
    const some = headers.slice(0, ladder.size);
    try {
      const got = await details(reader, some, !ladder.isLowest);
      ladder.good();
      return { ...got, read: some.length };
    } catch (error) {
      if (!isTooHeavy(error)) throw error;
      if (!ladder.isLowest) {
        ladder.shrink();
        continue;
      }
      // Out of order altogether, or this one alone? The repository's headers tell.
      await readHeaders({ ...reader, following: new Following('pull requests') }, null);
      const reason = `GitHub cannot give it (${error instanceof CollectorError ? error.code : 'unknown'}), not even alone`;
      return {
        pulls: [],
        checked: [],
        skips: [{ item: `#${String(some[0]?.number ?? 0)}`, reason }],
        read: some.length,
      };
    }
  }
}

export interface Chunk {
  readonly page: Pick<Page<unknown>, 'rows' | 'skips' | 'replaced'>;
  readonly headers: readonly Header[];
}

/** Details of the headers in chunks of one page each; the next is asked for while the last is written. */
export async function* readDetails(reader: Reader, headers: readonly Header[]): AsyncGenerator<Chunk> {
  const { context, found } = reader;
  const naming: PullContext = { accountId: context.accountId, provider: providerOf(context.section), branch: found.branch, now: context.now() }; // prettier-ignore
  let at = 0;
  const next = async (): Promise<Chunk | null> => {
    if (at >= headers.length) return null;
    const start = at;
    const got = await heavy(reader, headers.slice(start));
    at += got.read;
    const landed = await rebasedOf(reader, got.pulls);
    const rows = got.pulls.flatMap((one) =>
      pullRows(one, { ...naming, rebased: landed.byNumber.get(one.number) ?? [] })
    );
    const replaced = got.checked.map((one) => checksReplaced(one, naming));
    return { page: { rows, replaced, skips: [...got.skips, ...landed.skips] }, headers: headers.slice(start, at) };
  };
  let coming = next();
  for (let chunk = await coming; chunk !== null; chunk = await coming) {
    coming = next();
    // Whoever stops reading hears of the next failure no more.
    coming.catch(() => undefined);
    yield chunk;
  }
}
