import { parseConfig } from './load.ts';
import { bytesOf, sizeText } from './size.ts';

test.each([
  ['20GB', 20e9],
  ['500 MB', 500e6],
  ['1.5tb', 1.5e12],
  ['2GiB', 2 * 1024 ** 3],
  ['100kB', 1e5],
  ['20', null],
  ['GB', null],
  ['-1GB', null],
  ['1e3GB', null],
  ['20 gigs', null],
  ['', null],
])('%s is %s bytes', (text, bytes) => {
  expect(bytesOf(text)).toBe(bytes);
});

test('a size reads as it was written', () => {
  expect([20e9, 1.44e9, 999e6, 12_345, 0].map(sizeText)).toEqual(['20 GB', '1.4 GB', '999 MB', '12.3 kB', '0 kB']);
});

test.each([
  ['20', '20 is no size: write a number with its unit, such as 20GB'],
  ['"20 gigs"', '"20 gigs" is no size: write a number with its unit (kB, MB, GB or TB), such as 20GB'],
  ['"-3GB"', '"-3GB" is no size: write a number with its unit (kB, MB, GB or TB), such as 20GB'],
  ['0GB', '"0GB" is too little: give at least 1MB'],
  ['[1GB]', '["1GB"] is no size: write a number with its unit, such as 20GB'],
])('mirrors.max: %s is refused with its line, the value and the way out', (given, why) => {
  expect(() => parseConfig(`time_zone: UTC\nmirrors:\n  max: ${given}\n`)).toThrow(
    `throughline.yaml:3: mirrors.max: ${why}\n`
  );
});

test('mirrors have a limit without being asked for one', () => {
  expect(parseConfig('').mirrors).toEqual({ max: 20e9, fetches: 2 });
  expect(parseConfig('mirrors: { max: 750MB, fetches: 8 }').mirrors).toEqual({ max: 750e6, fetches: 8 });
  expect(() => parseConfig('mirrors: { fetches: 0 }')).toThrow(/mirrors\.fetches/);
});
