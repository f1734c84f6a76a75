import { adoption } from './boards/adoption.ts';
import { cell } from './boards/cell.ts';
import { collectorHealth } from './boards/collector-health.ts';
import { dora } from './boards/dora.ts';
import { durability } from './boards/durability.ts';
import { evidence } from './boards/evidence.ts';
import { evidenceLog } from './boards/evidence-log.ts';
import { flow } from './boards/flow.ts';
import { myWork } from './boards/my-work.ts';
import { overview } from './boards/overview.ts';
import { review } from './boards/review.ts';
import { startHere } from './boards/start-here.ts';
import { workInProgress } from './boards/work-in-progress.ts';
import type { BoardSpec } from './parts.ts';

/** Every board that ships, in the order of reading. */
export const boards: readonly BoardSpec[] = [
  startHere,
  overview,
  cell,
  durability,
  dora,
  flow,
  workInProgress,
  review,
  adoption,
  evidence,
  evidenceLog,
  myWork,
  collectorHealth,
];
