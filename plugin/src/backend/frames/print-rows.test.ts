import type { Column } from '../../metrics/define.ts';
import { captionOf, drawCsv, drawTable, printable } from './print-rows.ts';

const repo: Column = { name: 'repo', role: 'label', type: 'string', label: 'Repository', help: '', nullMeaning: '' };
const rows = [{ repo: 'shop\u001b]52;c;ZXZpbA==\u0007\u202egnp.exe' }];

it('shows no control character of what came from outside', () => {
  expect(drawTable([repo], rows)).toContain(String.raw`shop\u001b]52;c;ZXZpbA==\u0007\u202egnp.exe`);
  expect(printable(drawCsv([repo], rows))).toBe(
    'repo\r\n' + String.raw`shop\u001b]52;c;ZXZpbA==\u0007\u202egnp.exe` + '\r\n'
  );
});

it('keeps a JSON document the same document', () => {
  expect(JSON.parse(printable(JSON.stringify(rows)))).toEqual(rows);
});

it('gives a spreadsheet no formula: titles and names are anybody\'s', () => {
  const cells = ['=HYPERLINK("http://evil","x")', '+1+cmd|x', '-2', '@SUM(A1)', '\t=1', '\uff1d1', 'a=b', 'fix: -1'];
  expect(drawCsv([repo], cells.map((cell) => ({ repo: cell }))).split('\r\n').slice(1, -1)).toEqual([
    `"'=HYPERLINK(""http://evil"",""x"")"`, `'+1+cmd|x`, `'-2`, `'@SUM(A1)`, `'\t=1`, `'\uff1d1`, 'a=b', 'fix: -1',
  ]);
  // A number is one.
  expect(drawCsv([repo], [{ repo: -2.5 }])).toBe('repo\r\n-2.5\r\n');
}); // prettier-ignore

it('says above a table what its value is, for every metric that has one', () => {
  const value: Column = { ...repo, name: 'value', role: 'value', type: 'number', help: 'Share that failed.' };
  expect(captionOf([repo, value])).toBe('value: Share that failed.\n\n');
  expect(captionOf([repo])).toBe('');
});
