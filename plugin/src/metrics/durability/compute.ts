import type { Compute } from '../define.ts';
import { computeChurn } from './churn.ts';
import { computeRollbacks } from './rollback.ts';
import { computeChangeSurvival, computeReverts } from './shares.ts';
import { computeSurvival } from './survival.ts';

/** Result rows of each mode from the rows of its query file. */
export const compute: Compute = (rows, context) => {
  switch (context.params['mode']) {
    case 'pr_survival':
      return computeChangeSurvival(rows, context);
    case 'revert':
      return computeReverts(rows, context);
    case 'time_to_rollback':
      return computeRollbacks(rows, context);
    case 'churn':
      return computeChurn(rows, context);
    default:
      return computeSurvival(rows, context);
  }
};
