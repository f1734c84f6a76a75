import { explanationOf } from './explanation.ts';

const TEMPLATE =
  '<!-- Say what\nand why, because reviewers ask -->\n## Why\n\n## Test plan\n- [ ] unit tests\n- [ ] tested by hand\n## Risks\n';
const LONG = 'The cart kept lines of products that were sold out, and the checkout refused the whole order. ';

test('an empty text, and a template that nobody filled in, explain nothing', () => {
  expect(explanationOf('', false)).toBe(0);
  expect(explanationOf(TEMPLATE, false)).toBe(0);
  expect(explanationOf('Fix it.\n\nCo-authored-by: Somebody With A Long Name <somebody-with-a-long-address@example.org>', false)).toBe(0);
}); // prettier-ignore

test('one point each for a body, a why, how it was tested, risks, and a linked issue', () => {
  expect(explanationOf(`${TEMPLATE}${LONG}`, false)).toBe(1);
  expect(explanationOf(`${LONG}We drop them because nobody can buy them.`, false)).toBe(2);
  expect(explanationOf(`${LONG}See SHOP-12.`, false)).toBe(2);
  expect(explanationOf(`${LONG}Because. Tested on staging; behind a feature flag.`, false)).toBe(4);
  expect(explanationOf(`${LONG}- [x] unit tests\nRollback: revert.`, true)).toBe(5);
  // A linked issue tells the why.
  expect(explanationOf('', true)).toBe(2);
});

test('a text of a megabyte is read in its beginning and end', () => {
  const start = performance.now();
  expect(explanationOf(`${'<!--'.repeat(250_000)} because`, false)).toBe(2);
  expect(performance.now() - start).toBeLessThan(2000);
});
