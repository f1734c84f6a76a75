/** Which changes of the demo carry a mark, and for which something better than a mark tells who wrote them. */
import { entryOf } from '../foreign.ts';
import { deck, generator, plantedDecks, seedOf } from './random.ts';
import type { Timeline } from './organisation.ts';
import { TRUTHS, type PlantedSource } from './truths.ts';

export type Better = 'line' | 'session' | null;

export interface Marking {
  readonly better: Better;
  readonly isMarked: boolean;
  readonly markedBy: string;
}

interface Marked {
  readonly repo: string;
  readonly source: PlantedSource;
  readonly evidence: string;
  readonly mergedAt: Date;
  readonly isRevert: boolean;
}

const OF_SIX = ['claude-code', 'claude-code', 'claude-code', 'claude-code', ...TRUTHS.markedOnly];

/** Draws from a stream of its own, in the order of the changes. */
export function markings(seed: number, time: Timeline): (change: Marked) => Marking {
  const random = generator(seedOf(seed, 'marks'));
  const recall: Readonly<Record<string, { readonly by: 'line' | 'session'; readonly marked: number }>> = TRUTHS.recall;
  const isMarkedHere = plantedDecks(
    random,
    Object.fromEntries(Object.entries(recall).map(([repo, { marked }]) => [repo, marked])),
    10
  );
  const tools = deck(random, OF_SIX);
  return ({ repo, source, evidence, mergedAt, isRevert }) => {
    const declares = evidence === 'trailer' || evidence === 'label';
    const planted = entryOf(recall, repo);
    if (planted === undefined)
      return {
        better: null,
        isMarked: declares,
        markedBy: evidence === 'trailer' ? tools.next().value : 'claude-code',
      };
    const isTold = declares && !isRevert && mergedAt >= time.landing && (planted.by === 'line' || source !== 'human');
    if (!isTold) return { better: null, isMarked: declares, markedBy: 'claude-code' };
    return { better: planted.by, isMarked: source === 'human' || isMarkedHere(repo), markedBy: 'claude-code' };
  };
}
