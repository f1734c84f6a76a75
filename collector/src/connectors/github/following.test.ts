import { Following } from './following.ts';

const page = (cursor: string, totalCount: number, count = 100) => ({
  pageInfo: { hasNextPage: true, endCursor: cursor },
  totalCount,
  count,
});

/** Pages that are asked for until it ends. */
function pagesOf(totalOf: (at: number) => number, count: number): { pages: number; message: string } {
  const list = new Following('issues of acme/shop');
  for (let at = 0; at < 200_000; at += 1) {
    try {
      list.next(page(`c${String(at)}`, totalOf(at), count));
    } catch (error) {
      return { pages: at, message: (error as Error).message };
    }
  }
  return { pages: Infinity, message: '' };
}

test('a list whose total is a lie ends too, whether it is too large or grows with every page', () => {
  expect(pagesOf(() => 1e12, 100)).toEqual({
    pages: 20_000,
    message: expect.stringContaining('the list of issues of acme/shop has no end: 2,000,100 came') as string,
  });
  expect(pagesOf((at) => 1e6 + at * 1000, 100).pages).toBe(20_000);
  expect(pagesOf((at) => 1e6 + at * 1000, 1)).toMatchObject({ pages: 100_000, message: expect.stringContaining('100,000 pages') as string }); // prettier-ignore
  expect(pagesOf(() => 100, 100).pages).toBeLessThan(20);
});
