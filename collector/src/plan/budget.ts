/** The rate of a process that plans: no store is there to share one in. */
import type { Rate, RateBudget } from '../store/rate-budget.ts';

export function ownBudget({ requests, perSeconds }: Rate): RateBudget {
  let startedAt = 0;
  let used = 0;
  let blockedUntil = 0;
  return {
    take: () => {
      const now = Date.now();
      if (now < blockedUntil) return Promise.resolve((blockedUntil - now) / 1000);
      if (now - startedAt >= perSeconds * 1000) {
        startedAt = now;
        used = 0;
      }
      if (used >= requests) return Promise.resolve((startedAt + perSeconds * 1000 - now) / 1000);
      used += 1;
      return Promise.resolve(0);
    },
    block: (seconds) => {
      blockedUntil = Math.max(blockedUntil, Date.now() + seconds * 1000);
      return Promise.resolve();
    },
  };
}
