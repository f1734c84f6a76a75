import type { Column } from '../../metrics/define.ts';
import { drawCsv, drawTable, printable } from './print-rows.ts';

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
