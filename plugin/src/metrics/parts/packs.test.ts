import fc from 'fast-check';
import { HumanNumbers, bytesOf, deploymentPeople, integers } from './packs.ts';

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

test('people of deployments: by code source and human, somebody unknown is nobody', () => {
  const entry = (
    place: number,
    is: { changes: number; assumed?: boolean; rated: number; confidence: number; key: number }
  ): Buffer => {
    const bytes = Buffer.alloc(24);
    bytes.writeInt32BE(place + (is.assumed === true ? 16 : 0) + 32 * is.changes, 0);
    bytes.writeInt32BE(is.rated, 4);
    bytes.writeDoubleBE(is.confidence, 8);
    bytes.writeBigInt64BE(BigInt(is.key), 16);
    return bytes;
  };
  const packed = Buffer.concat([
    entry(2, { changes: 3, rated: 2, confidence: 1.5, key: 7 }),
    entry(2, { changes: 1, rated: 1, confidence: 0.5, key: 7, assumed: true }),
    entry(3, { changes: 2, rated: 0, confidence: 0, key: 0 }),
  ]);
  const one = { part: 'ai_heavy', changes: 3, lines: 0, rated: 2, confidence: 1.5, isAssumed: false, human: 1 };
  const bytes = bytesOf(encode(packed));
  expect(deploymentPeople(bytes, { from: 0, end: bytes.byteLength }, new HumanNumbers())).toEqual([
    one,
    { part: 'ai_heavy', changes: 1, lines: 0, rated: 1, confidence: 0.5, isAssumed: true, human: 1 },
    { part: 'human', changes: 2, lines: 0, rated: 0, confidence: 0, isAssumed: false, human: 0 },
  ]);
  expect(deploymentPeople(bytes, { from: 0, end: 24 }, new HumanNumbers())).toEqual([one]);
});

test('numbers humans as they come, told apart by all 53 bits of their keys', () => {
  const keys = [7n, 2n ** 52n + 7n, 7n, 0n, 2n ** 31n + 7n, 2n ** 53n + 7n];
  const bytes = Buffer.alloc(keys.length * 8);
  keys.forEach((key, place) => bytes.writeBigInt64BE(key, place * 8));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const humans = new HumanNumbers();
  expect(keys.map((_, place) => humans.at(view, place * 8))).toEqual([1, 2, 1, 0, 3, 1]);
});
