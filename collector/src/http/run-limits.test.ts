import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openHttp, type Http } from './http.ts';
import { Paging } from './paging.ts';
import { MOST, runLimits } from './run-limits.ts';

const LIST = { source: 'Vendor', name: 'uses of a day', setting: 'vendor.url' };
const turnedBy = (turn: (paging: Paging, page: number) => void, most?: number): { pages: number; error: unknown } => {
  const paging = new Paging(LIST, most);
  for (let page = 1; ; page++) {
    try {
      turn(paging, page);
    } catch (error) {
      return { pages: page, error };
    }
  }
};
const body = (page: number): Buffer => Buffer.from(String(page));

test.each([
  ['it names no place', 1, (paging: Paging) => paging.turn({ place: null, count: 1 })],
  ['from where it was before', 3, (paging: Paging, page: number) => paging.turn({ place: page % 2 === 0 ? 'a' : 'b', count: 1 })],
  ['a page came again', 2, (paging: Paging) => paging.turn({ count: 1, body: body(1) })],
  ['10 pages in a row were empty', 10, (paging: Paging, page: number) => paging.turn({ count: 0, body: body(page) })],
  ['came of 10', 11, (paging: Paging, page: number) => paging.turn({ count: 100, total: 10, body: body(page) })],
  ['more than 2,000 pages', 2001, (paging: Paging, page: number) => paging.turn({ count: 1, body: body(page) })],
] as const)('a list without an end: %s', (...[words, pages, turn]) => {
  const found = turnedBy(turn);
  expect(found.pages).toBe(pages);
  expect(found.error).toMatchObject({ code: 'source_endless', message: expect.stringContaining(words) as string });
}); // prettier-ignore

test('a list that grows while it is read, whose empty pages are few, has an end', () => {
  const paging = new Paging(LIST);
  for (let page = 1; page < 100; page++) paging.turn({ place: String(page), count: page % 9 === 0 ? 0 : 10, total: 100, body: body(page) }); // prettier-ignore
});

let server: Server;
let text = '';
beforeAll(async () => {
  server = createServer((_request, response) => void response.end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

const budget = { take: () => Promise.resolve(0), block: () => Promise.resolve() };
function client(most: Partial<typeof MOST>): { readonly http: Http; readonly limits: ReturnType<typeof runLimits> } {
  const limits = runLimits('vendor/uses', { ...MOST, ...most });
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const { signal } = new AbortController();
  return { http: openHttp({ baseUrl, rate: { requests: 1, perSeconds: 1 } }, { budget, signal, limits }), limits };
}
const untilRefused = async (ask: () => Promise<unknown>): Promise<{ asked: number; error: unknown }> => {
  for (let asked = 1; ; asked++) {
    try {
      await ask();
    } catch (error) {
      return { asked, error };
    }
  }
};

test.each([
  ['requests', { requests: 5 }, 6, 'was asked 5 times', {}],
  ['bytes that are held', { bytes: 2 << 20 }, 3, '2 MB came', {}],
  ['bytes that come line by line', { streamed: 3 << 20 }, 4, '3 MB came', { lines: () => () => undefined }],
  ['hours', { hours: 0 }, 1, '0 hours went by', {}],
])('a run that comes no further ends after so many %s; one that does goes on', async (...[, most, asked, words, request]) => {
  text = 'x'.repeat(1 << 20);
  const { http, limits } = client(most);
  const found = await untilRefused(() => http.request('x', request));
  expect(found.asked).toBe(asked);
  expect(found.error).toMatchObject({ code: 'source_endless', retryable: false, message: expect.stringContaining(words) as string });
  if (asked === 1) return;
  limits.advance();
  for (let times = 0; times < 4; times++) {
    await http.request('x', request);
    limits.advance();
  }
}); // prettier-ignore
