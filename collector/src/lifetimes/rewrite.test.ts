import { runLifetimes } from './run-lifetimes.ts';
import { memorySink } from './testing/memory-sink.ts';
import { testRepository, type TestCommit } from './testing/repository.ts';

const commits: TestCommit[] = [
  { parents: [], tree: { a: 'keep this line\nold line here\n' } },
  { parents: [0], tree: { a: 'keep this line\nold line here\nmiddle line\n' } },
  { parents: [1], tree: { a: 'keep this line\nmiddle line\nto be rewritten\n' } },
];

describe('a force push', () => {
  it.each([
    ['continues from the newest shared commit', 100],
    ['reads everything again when that commit is no longer kept', 0],
  ])('%s; its lines are censored, deaths in it did not happen', async (_, keepVersions) => {
    const repository = testRepository(commits);
    const sink = memorySink();
    const first = await runLifetimes({ repoPath: repository.dir, mode: 'full', sink, keepVersions });
    repository.add([{ parents: [1], tree: { a: 'keep this line\nold line here\nmiddle line\nnew history\n' } }]);
    const second = await runLifetimes({
      repoPath: repository.dir,
      mode: 'full',
      sink,
      keepVersions,
      resume: { ...first, store: sink.store },
    });
    expect(second).toMatchObject({ rewritten: true, pass: keepVersions ? 'continued' : 'full' });
    const rows = sink.rows().map((row) => [repository.shas.indexOf(row.originSha), row.deathKind, row.lines]);
    expect(rows).toHaveLength(4);
    expect(rows).toEqual(
      expect.arrayContaining([
        [0, null, 2],
        [1, null, 1],
        [2, 'history_rewritten', 1],
        [3, null, 1],
      ])
    );
    repository.remove();
  });
});

describe('a pass with nothing new', () => {
  it('gives nothing', async () => {
    const repository = testRepository(commits);
    const sink = memorySink();
    const first = await runLifetimes({ repoPath: repository.dir, mode: 'full', sink });
    const fail = (): never => {
      throw new Error('nothing is to be given');
    };
    const again = await runLifetimes({
      repoPath: repository.dir,
      mode: 'full',
      sink: { spans: fail, files: fail, checkpoint: fail },
      resume: { ...first, store: sink.store },
    });
    expect(again).toMatchObject({ pass: 'unchanged', commits: 0, tipSha: first.tipSha });
    repository.remove();
  });
});

describe('checkpoints', () => {
  it('are points from which another pass carries on', async () => {
    const repository = testRepository(commits);
    const whole = memorySink();
    await runLifetimes({ repoPath: repository.dir, mode: 'full', sink: whole });
    const sink = memorySink();
    const stopped = {
      ...sink,
      checkpoint: (...given: Parameters<NonNullable<typeof sink.checkpoint>>) => {
        void sink.checkpoint?.(...given);
        throw new Error('power cut');
      },
    };
    await expect(
      runLifetimes({ repoPath: repository.dir, mode: 'full', sink: stopped, checkpointEvery: 2, keepVersions: 1 })
    ).rejects.toThrow('power cut');
    const point = sink.point();
    expect(point?.seq).toBe(1);
    if (point)
      await runLifetimes({ repoPath: repository.dir, mode: 'full', sink, resume: { ...point, store: sink.store } });
    expect(sink.rows()).toEqual(whole.rows());
    repository.remove();
  });
});
