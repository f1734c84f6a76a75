import fc from 'fast-check';
import { bytesOf, integers } from './packs.ts';

/** As Postgres writes base64: a line break after 76 characters. */
const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/(.{76})/g, '$1\n');

test('reads what int4send and encode(…, base64) wrote', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })), (numbers) => {
      const bytes = Buffer.alloc(numbers.length * 4);
      numbers.forEach((number, index) => bytes.writeInt32BE(number, index * 4));
      expect([...integers(encode(bytes))]).toEqual(numbers);
    })
  );
});

test('what is absent holds nothing', () => {
  expect(integers(null)).toHaveLength(0);
  expect(bytesOf(undefined).byteLength).toBe(0);
});
