import { KeptAnswers, type Answer } from './kept-answers.ts';

const { signal } = new AbortController();
const answerOf = (bytes: number, isSteady = true): Answer => ({ frames: [new Uint8Array(bytes)], sqlMs: 5, isSteady });

/** Asks `question` and says whether its answer was kept. */
async function isKept(answers: KeptAnswers, question: string, answer = answerOf(10)): Promise<boolean> {
  let isAsked = false;
  const found = await answers.answer(question, signal, () => {
    isAsked = true;
    return Promise.resolve(answer);
  });
  expect(found.frames).toEqual(answer.frames);
  return !isAsked;
}

describe('KeptAnswers', () => {
  it('gives the same bytes again, and no time of a statement that did not run', async () => {
    const answers = new KeptAnswers();
    const first = await answers.answer('q', signal, () => Promise.resolve(answerOf(10)));
    const again = await answers.answer('q', signal, () => Promise.reject(new Error('asked')));
    expect(again.frames[0]).toBe(first.frames[0]);
    expect([first.sqlMs, again.sqlMs]).toEqual([5, 0]);
    expect(await isKept(answers, 'other')).toBe(false);
  });

  it('asks once for many at once', async () => {
    const answers = new KeptAnswers();
    const all = await Promise.all(Array.from({ length: 20 }, () => isKept(answers, 'q')));
    expect(all.filter((kept) => !kept)).toHaveLength(1);
    expect(answers.load).toMatchObject({ asked: 1 });
  });

  it('keeps no error, and nothing during which the facts changed', async () => {
    const answers = new KeptAnswers();
    await expect(answers.answer('q', signal, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await isKept(answers, 'q', answerOf(10, false))).toBe(false);
    expect(await isKept(answers, 'q')).toBe(false);
    expect(await isKept(answers, 'q')).toBe(true);
  });

  it('holds so many bytes: the longest unasked goes first, one that is too large is never kept', async () => {
    const answers = new KeptAnswers(20_000);
    for (const name of ['a', 'b', 'c']) await isKept(answers, name, answerOf(4000));
    expect(await isKept(answers, 'a', answerOf(4000))).toBe(true);
    await isKept(answers, 'd', answerOf(4000));
    await isKept(answers, 'e', answerOf(4000));
    expect(answers.load.bytes).toBeLessThanOrEqual(20_000);
    expect(await isKept(answers, 'a', answerOf(4000))).toBe(true);
    expect(await isKept(answers, 'b', answerOf(4000))).toBe(false);
    await isKept(answers, 'large', answerOf(6000));
    expect(await isKept(answers, 'large', answerOf(6000))).toBe(false);
  });

  it('is off with no bytes at all', async () => {
    const answers = new KeptAnswers(0);
    await isKept(answers, 'q');
    expect(await isKept(answers, 'q')).toBe(false);
  });
});
