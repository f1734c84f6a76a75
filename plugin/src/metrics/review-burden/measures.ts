/** What is measured of the review of a change: each a sum over changes by a sum over changes. */
import type { UnitName } from '../define.ts';

export interface Measure {
  readonly value: string;
  readonly label: string;
  readonly help: string;
  readonly kind: 'time' | 'count' | 'share';
  /** +1 = more is better, −1 = less is better, 0 = neither: more comments may be care or trouble. */
  readonly good: 1 | -1 | 0;
  /** How far it can be believed. */
  readonly basis: 'measured' | 'estimate' | 'proxy';
  /** The changes that it is about. */
  readonly of: UnitName;
  /** Reviewers are behind the number too, not only who wrote the changes. */
  readonly isOfReviewers: boolean;
  /** By which the packed number is multiplied. Absent = 1. */
  readonly times?: number;
}

const ofReviewers = { basis: 'measured', isOfReviewers: true, of: 'looked' } as const;
const ofChanges = { basis: 'measured', isOfReviewers: false } as const;

export const MEASURES: readonly Measure[] = [
  { ...ofReviewers, value: 'wait', label: 'Time to first review', kind: 'time', good: -1, help: 'Business time from ready (or a later request) to the first review by a human.' },
  { ...ofReviewers, value: 'elapsed', label: 'Time to approval', kind: 'time', good: -1, of: 'approved', help: 'Business time from ready to the last approval that stands.' },
  { ...ofReviewers, value: 'effort', label: 'Time spent reviewing', kind: 'time', good: -1, basis: 'estimate', help: 'Estimate from what reviewers left behind, in sessions.' },
  { ...ofReviewers, value: 'rounds', label: 'Rounds', kind: 'count', good: -1, help: 'How often changes were asked for and looked at again, plus 1.' },
  { ...ofReviewers, value: 'comments', label: 'Comments per 100 lines', kind: 'count', good: 0, of: 'commented', times: 100, help: 'Comments of reviewers / effective lines added and deleted.' },
  { ...ofReviewers, value: 'blocked', label: 'Sent back', kind: 'share', good: 0, help: 'Changes of which a reviewer asked for changes.' },
  { ...ofReviewers, value: 'stamped', label: 'Rubber stamps', kind: 'share', good: -1, basis: 'proxy', of: 'large_approved', help: 'Of approved changes of 200 effective lines or more: approved within 5 minutes and without a comment.' },
  { ...ofReviewers, value: 'cross_team', label: 'Reviewed by another team', kind: 'share', good: 0, of: 'teamed', help: 'Changes that somebody of another team reviewed.' },
  { ...ofChanges, value: 'unreviewed', label: 'Merged without review', kind: 'share', good: -1, of: 'opened', help: 'Changes merged without a review by a human other than who wrote them.' },
  { ...ofChanges, value: 'self_merged', label: 'Merged by who wrote it', kind: 'share', good: -1, of: 'merged_by', help: 'Changes without a review that who wrote them merged.' },
  { ...ofChanges, value: 'explained', label: 'Explanation', kind: 'count', good: 1, basis: 'proxy', of: 'explained', help: 'Points 0 to 5 of the form of its text: body, why, how it was tested, risks, linked issue.' },
  { ...ofChanges, value: 'ai_reviewed', label: 'Looked at by an AI reviewer', kind: 'share', good: 0, of: 'opened', help: 'Changes that an agent which did not write them reviewed.' },
  { ...ofChanges, value: 'ai_accepted', label: 'AI comments: lines changed', kind: 'share', good: 0, of: 'prescreened', help: 'Of comments that AI reviewers began: the lines were changed afterwards.' },
  { ...ofChanges, value: 'ai_settled', label: 'AI comments: settled', kind: 'share', good: 0, of: 'prescreened', help: 'Of them: resolved while the lines stayed.' },
  { ...ofChanges, value: 'ai_ignored', label: 'AI comments: ignored', kind: 'share', good: 0, of: 'prescreened', help: 'Of them: neither.' },
]; // prettier-ignore

export const measureOf = (value: unknown): Measure => MEASURES.find((one) => one.value === value) ?? (MEASURES[0] as Measure); // prettier-ignore

/** Names of the measures of a kind. */
export const ofKind = (...kinds: ReadonlyArray<Measure['kind']>): string[] =>
  MEASURES.filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value);
