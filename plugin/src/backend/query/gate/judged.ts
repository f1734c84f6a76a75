/** By whom the numbers of a row are judged: those behind its units, and those behind what it shows of other units beside them. */
import type { UnitName } from '../../../metrics/define.ts';

/** Units of which a row shows numbers about other people too: whoever reviewed a change, or wrote what was reviewed; what came into a stage, and what left it; what a sprint committed to; features among all issues. */
const SECOND = {
  looked: ['looked_by'],
  approved: ['approved_by'],
  commented: ['commented_by'],
  large_approved: ['large_approved_by'],
  teamed: ['teamed_by'],
  looks: ['looks_of'],
  in_review: ['came_to_review', 'left_review'],
  in_delivery: ['came_to_delivery', 'left_delivery'],
  planned: ['committed'],
  done: ['done_feature'],
} as const satisfies Partial<Record<UnitName, readonly string[]>>;

/** A part of the units on which some cells of a row rest: those that the rule of this count (`people` of a metric) hides. */
export interface Part {
  readonly unit: JudgedUnit;
  readonly of: string;
}

const PARTS = {
  proven: [{ unit: 'proven_human', of: 'human_dev' }],
  corrected: [
    { unit: 'proven', of: 'ai_dev' },
    { unit: 'proven_human', of: 'human_dev' },
  ],
  finished: [{ unit: 'worked', of: 'n_dev_worked' }],
} as const satisfies Partial<Record<UnitName, ReadonlyArray<{ unit: string; of: string }>>>;

export type JudgedUnit =
  UnitName | (typeof SECOND)[keyof typeof SECOND][number] | (typeof PARTS)[keyof typeof PARTS][number]['unit'];

/** By whom ranges and groups of these units are judged: each kind of people must be nobody or at least k. */
export const judgedAs = (unit: UnitName): readonly JudgedUnit[] =>
  unit in SECOND ? [unit, ...SECOND[unit as keyof typeof SECOND]] : [unit];

/** The same of cells. Where they would tell, they alone are hidden: no range moves for them. */
export const partsOf = (unit: UnitName): readonly Part[] => (unit in PARTS ? PARTS[unit as keyof typeof PARTS] : []);
