import { progressOn } from './progress.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return {
    written,
    stream: { isTTY, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream,
  };
};

test('a log gets a plain line at the end and none in between when the work is short', () => {
  const { written, stream: log } = stream(false);
  const line = progressOn(log).start('acme/shop: history');
  line.update(10, 100, 'commits');
  line.done('100 commits');
  expect(written).toEqual(['acme/shop: history: 100 commits (0 s)\n']);
});

test('a terminal gets one line that is drawn over, with share and unit', () => {
  const { written, stream: terminal } = stream(true);
  const line = progressOn(terminal).start('acme/shop: history');
  line.update(50, 100, 'commits');
  line.done('100 commits');
  expect(written[0]).toMatch(/^\r\x1b\[Kacme\/shop: history: 50 % of 100 commits/);
  expect(written.at(-1)).toBe('\r\x1b[Kacme/shop: history: 100 commits (0 s)\n');
});

test('while nothing is done no share is told', () => {
  const { written, stream: terminal } = stream(true);
  progressOn(terminal).start('Demo organisation').update(0, 6, 'workflows');
  expect(written.join('')).toBe('\r\x1b[KDemo organisation: 0 of 6 workflows');
});

test('without a stream nothing is written', () => {
  expect(() => progressOn(null).start('x').done('y')).not.toThrow();
});
