import type { Column } from '../../metrics/define.ts';
import { cellOf } from './cells.ts';

const link: Column = {
  name: 'link',
  role: 'link',
  type: 'string',
  label: 'Link',
  help: 'Page.',
  nullMeaning: 'no page',
};

test.each([
  ['https://github.com/acme/shop/pull/7', true],
  ['http://ghes.acme.io:8080/x?y#z', true],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
  ['https://acme.io/\njavascript:alert(1)', false],
  ['//evil.example', false],
  ['', false],
])('a link to %j is shown: %s', (url, isShown) => {
  expect(cellOf(url, link)).toBe(isShown ? url : null);
});
