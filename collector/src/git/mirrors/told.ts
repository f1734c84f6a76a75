/** What a source told of a remote (`Told`) in place of a look at it. */
import type { Told } from '../../connector.ts';
import { readCard } from './card.ts';
import type { MirrorPlace } from './mirrors.ts';

/**
 * So long after a push the remote itself is looked at: sources tell times in whole seconds, by their own clocks and a moment late, and what
 * follows a push by itself (the notes of its commits) need not count as one.
 */
const SETTLED_MS = 10 * 60_000;
/** A source may not tell of everything: so old a look is not relied upon, whatever it told. */
const AGAIN_MS = 2 * 3_600_000;

/** Between half of it and all: a thousand remotes that were first read together are not all looked at in the same pass again. */
function againMs({ base }: MirrorPlace): number {
  const digest = Number.parseInt(base.slice(-8), 16) / 2 ** 32;
  return (AGAIN_MS * (1 + digest)) / 2;
}

/**
 * The remote still has what the last look saw: the source told so after it. Null = that is not known, look at it. What was told counts
 * once: who asks again before the source tells anew wants to know what came since.
 */
export function asTold(
  place: MirrorPlace,
  told: Told | undefined
): { readonly digest: string; readonly at: Date } | null {
  if (told === undefined) return null;
  const { look, lookedAt } = readCard(place);
  if (look?.told !== told.mark) return null;
  const seenAt = Date.parse(look.at);
  const isSettled = told.pushedAt.getTime() + SETTLED_MS < seenAt;
  const isNews = told.at.getTime() > Date.parse(lookedAt ?? look.at);
  const isYoung = Date.now() - seenAt < againMs(place);
  return isSettled && isNews && isYoung ? { digest: look.digest, at: told.at } : null;
}
