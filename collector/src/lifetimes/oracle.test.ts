import fc from 'fast-check';
import type { LifetimeSink } from './contract.ts';
import { countLines } from './count-lines.ts';
import { runLifetimes } from './run-lifetimes.ts';
import { blameRevision } from './testing/blame.ts';
import { memorySink } from './testing/memory-sink.ts';
import { randomHistory, STEP_KINDS, type Step } from './testing/random-history.ts';
import { testRepository } from './testing/repository.ts';

/** Histories of each test; `npm run check` draws more. A failure names its seed. */
const RUNS = Number(process.env.RUNS ?? 6);

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...STEP_KINDS),
  branch: fc.nat(5),
  pick: fc.nat(20),
  at: fc.nat(40),
  size: fc.nat(11),
});
const history = fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }).map(randomHistory);

describe('plain mode', () => {
  it('agrees with git blame on every line of random histories', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async (commits, pick) => {
        const repository = testRepository(commits);
        try {
          const some = repository.shas[pick % repository.shas.length] as string;
          for (const rev of ['main', some]) {
            const counted = await countLines({ repoPath: repository.dir, rev });
            const { byCommit, total } = await blameRevision(repository.dir, rev);
            expect(counted).toEqual({ total, by_commit: byCommit });
          }
        } finally {
          repository.remove();
        }
      }),
      { numRuns: RUNS }
    );
  }, 120_000);
});

describe('an interrupted pass', () => {
  it.each(['plain', 'full'] as const)(
    'gives in %s mode what a whole one gives, wherever it was interrupted and however often',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(history, fc.integer({ min: 1, max: 6 }), async (commits, checkpointEvery) => {
          const repository = testRepository(commits);
          try {
            const whole = memorySink();
            await runLifetimes({ repoPath: repository.dir, mode, sink: whole });
            const parts = memorySink();
            const stopped: LifetimeSink = {
              ...parts,
              checkpoint(...given) {
                void parts.checkpoint?.(...given);
                throw new Error('power cut');
              },
              reset: (reason) => {
                throw new Error(`begun anew: ${reason}`);
              },
            };
            const told: number[] = [];
            const onProgress = (done: number): void => void told.push(done);
            const options = {
              repoPath: repository.dir,
              mode,
              checkpointEvery,
              keepVersions: 0,
              sink: stopped,
              onProgress,
            };
            const tip = repository.shas.at(-1);
            for (let at = parts.point(); at?.tipSha !== tip; at = parts.point()) {
              const resume = at && { resume: { ...at, store: parts.store } };
              await expect(runLifetimes({ ...options, ...resume })).rejects.toThrow('power cut');
            }
            expect(parts.rows()).toEqual(whole.rows());
            // Whoever looks on sees one pass that goes on.
            expect(told).toEqual([...told].sort((a, b) => a - b));
          } finally {
            repository.remove();
          }
        }),
        { numRuns: RUNS }
      );
    },
    120_000
  );
});

describe('a pass in two parts', () => {
  it.each(['plain', 'full'] as const)(
    'gives in %s mode what one pass gives, wherever it is split',
    async (mode) => {
      await fc.assert(
        fc.asyncProperty(history, fc.nat(), fc.constantFrom(1, 3, 100), async (commits, pick, keepVersions) => {
          const repository = testRepository(commits);
          try {
            const chain = repository.git('rev-list', '--first-parent', 'main').toString().trim().split('\n');
            const split = chain[pick % chain.length] as string;
            const whole = memorySink();
            const result = await runLifetimes({ repoPath: repository.dir, mode, sink: whole });
            const parts = memorySink();
            await runLifetimes({ repoPath: repository.dir, tip: split, mode, sink: parts, keepVersions });
            const point = parts.point();
            if (!point) throw new Error('no checkpoint');
            await runLifetimes({
              repoPath: repository.dir,
              mode,
              sink: parts,
              keepVersions,
              resume: { ...point, store: parts.store },
            });
            expect(parts.rows()).toEqual(whole.rows());
            expect(parts.alive()).toBe(result.liveLines);
            expect(parts.rows().every((row) => row.lines > 0)).toBe(true);
          } finally {
            repository.remove();
          }
        }),
        { numRuns: RUNS }
      );
    },
    120_000
  );
});
