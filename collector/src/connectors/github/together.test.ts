/** What many are asked together is what each would have been told alone, or it is asked for alone. */
import { z } from 'zod';
import type { StreamContext } from '../../connector.ts';
import { CollectorError } from '../../errors.ts';
import type { GitHub } from './client.ts';
import { section, type Section } from './config.ts';
import type { Found } from './cursors.ts';
import { TooHeavy } from '../../forge/ladder.ts';
import { firstPage, type FirstPage } from './together.ts';

const LOOKED = '2026-10-05T11:59:00.000Z';
const START = Date.parse('2026-10-05T12:00:00.000Z');
const found = (at: number, more: Partial<Found> = {}): Found => ({ id: `R_${String(at)}`, name: `acme/r${String(at)}`, branch: 'main', isArchived: false, lookedAt: LOOKED, pulls: LOOKED, issues: null, deployments: null, pushed: null, notes: null, pushedAt: null, kilobytes: null, ...more }); // prettier-ignore
const all = Array.from({ length: 60 }, (_, at) => found(at));

const schema = z.object({ node: z.object({ name: z.string() }) });
type Node = z.infer<typeof schema>;
const node = (id: string): object => ({ id, name: `of ${id}` });

/** An organisation of which each repository's first page is asked for. */
class Asking {
  /** Ids of each question for many, and ids that were asked alone. */
  readonly together: string[][] = [];
  readonly alone: string[] = [];
  now = START;
  /** When a webhook told of a change. */
  askedAt: Date | null = null;
  readonly section: Section = section.parse({ token: 'ghp_x', owners: ['acme'] });
  answer: (ids: readonly string[]) => { nodes: unknown[]; errors?: object[] } = (ids) => ({ nodes: ids.map(node) });

  private readonly github = {
    askOnce: (_query: string, { ids }: { ids: string[] }) => {
      this.together.push(ids);
      return Promise.resolve().then(() => {
        const { nodes, errors = [] } = this.answer(ids);
        return { data: { nodes }, errors };
      });
    },
    ask: (_query: string, { id }: { id: string }) => {
      this.alone.push(id);
      return Promise.resolve({ data: { node: node(id) }, errors: [] });
    },
  } as unknown as GitHub;

  read(at: number, own: Found = found(at), since = '2020'): Promise<FirstPage<Node>> {
    const context = {
      section: this.section,
      now: () => new Date(this.now),
      askedAt: this.askedAt,
      siblings: () => all.slice(at + 1).map((details) => ({ details })),
    } as unknown as StreamContext<Section>;
    const of = { context, github: this.github, found: own };
    return firstPage(of, {
      alone: { query: 'alone', variables: { since } },
      together: { query: 'together', variables: { since } },
      schema,
      isAskedOf: ({ id }) => id !== 'R_3',
    });
  }
}

let asking: Asking;
beforeEach(() => {
  asking = new Asking();
});

test('a page belongs to the repository whose id it carries, wherever it stands; one that carries none or comes twice is asked for alone', async () => {
  asking.answer = (ids) => ({ nodes: ids.map(node).reverse() });
  for (const at of [0, 1, 2]) expect((await asking.read(at)).data.node.name).toBe(`of R_${String(at)}`);
  expect(asking.alone).toEqual([]);
  asking = new Asking();
  asking.answer = (ids) => ({ nodes: ids.map(() => node(ids[0] ?? '')) });
  for (const at of [0, 1, 2]) expect((await asking.read(at)).data.node.name).toBe(`of R_${String(at)}`);
  expect(asking.alone).toEqual(['R_0', 'R_1', 'R_2']);
  asking = new Asking();
  asking.answer = (ids) => ({ nodes: ids.map((id) => ({ name: `of ${id}` })) });
  await asking.read(0);
  expect(asking.alone).toEqual(['R_0']);
});

test('sixty repositories are asked by three questions, those left out that need none', async () => {
  for (const at of all.keys()) if (at !== 3) expect((await asking.read(at)).data.node.name).toBe(`of R_${String(at)}`);
  expect(asking.together.map((ids) => ids.length)).toEqual([25, 25, 9]);
  expect(asking.together.flat()).not.toContain('R_3');
  expect(asking.alone).toEqual([]);
});

test('those that run side by side wait for the same question', async () => {
  const pages = await Promise.all([0, 1, 2].map((at) => asking.read(at)));
  expect(pages.map(({ data }) => data.node.name)).toEqual(['of R_0', 'of R_1', 'of R_2']);
  expect(asking.together).toHaveLength(1);
});

test('a page is taken once, and tells the instant at which it was asked', async () => {
  await asking.read(0);
  asking.now += 60_000;
  expect((await asking.read(1)).readAt.getTime()).toBe(START);
  expect((await asking.read(1)).readAt.getTime()).toBe(START + 60_000);
  expect(asking.together.length + asking.alone.length).toBe(2);
});

test.each<[string, (one: Asking) => Promise<FirstPage<Node>>]>([
  ['it grew old', (one) => ((one.now += 11 * 60_000), one.read(1))],
  ['the repository was looked at since', (one) => ((one.now += 60_000), one.read(1, found(1, { lookedAt: new Date(START + 1_000).toISOString() })))], // prettier-ignore
  ['the source told of a change since', (one) => (Object.assign(one, { now: one.now + 60_000, askedAt: new Date(START + 1_000) }), one.read(1))], // prettier-ignore
  ['it was another question', (one) => ((one.now += 60_000), one.read(1, found(1), '2021'))],
  ['it is of another credential', (one) => (Object.assign(one, { now: one.now + 60_000, section: { ...one.section } }), one.read(1))], // prettier-ignore
])('a page is not taken where %s', async (_, again) => {
  await asking.read(0);
  expect((await again(asking)).readAt.getTime()).toBe(asking.now);
  expect(asking.now).toBeGreaterThan(START);
});

test.each<[string, (ids: readonly string[]) => { nodes: unknown[]; errors?: object[] }]>([
  ['a null', (ids) => ({ nodes: ids.map((id) => (id === 'R_1' ? null : node(id))) })],
  ['nothing', () => ({ nodes: [node('R_0')] })],
  ['something else', (ids) => ({ nodes: ids.map((id) => (id === 'R_1' ? { name: 7 } : node(id))) })],
  ['a fault within it', (ids) => ({ nodes: ids.map(node), errors: [{ path: ['nodes', 1, 'issues', 'nodes', 2], message: 'timed out' }] })], // prettier-ignore
  ['a fault somewhere', (ids) => ({ nodes: ids.map(node), errors: [{ message: 'timed out' }] })],
])('a repository for which %s came is asked alone', async (_, answer) => {
  asking.answer = answer;
  await asking.read(0);
  expect((await asking.read(1)).data.node.name).toBe('of R_1');
  expect(asking.alone).toContain('R_1');
  expect(asking.together).toHaveLength(1);
});

test('a question that is too heavy is asked repository by repository, and the next one is half as large', async () => {
  const heavy = new TooHeavy({ code: 'source_unavailable', message: 'GitHub: too heavy.', fault: 'source' });
  asking.answer = (ids) => {
    if (ids.length > 6) throw heavy;
    return { nodes: ids.map(node) };
  };
  for (const at of all.keys()) expect((await asking.read(at)).data.node.name).toBe(`of R_${String(at)}`);
  expect(asking.together.map((ids) => ids.length)).toEqual([25, 12, 6, 6, 6, 5]);
});

test('what stops a question for many stops nobody but who is stopped', async () => {
  asking.answer = () => {
    throw new CollectorError({ code: 'source_forbidden', message: 'No.', fault: 'source' });
  };
  expect((await asking.read(0)).data.node.name).toBe('of R_0');
  asking.answer = () => {
    throw new Error('the run ends');
  };
  const [stopped, other] = await Promise.allSettled([asking.read(30), asking.read(31)]);
  expect([stopped?.status, other?.status]).toEqual(['rejected', 'fulfilled']);
});
