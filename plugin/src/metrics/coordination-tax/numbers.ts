/** What is asked: each a sum over changes by how many there are. */
import type { UnitName } from '../define.ts';

export interface TaxNumber {
  readonly value: string;
  readonly label: string;
  readonly help: string;
  /** Grafana's unit of the value. */
  readonly unit: string;
  readonly kind: 'share' | 'mean';
  /** By which the sum of the query is multiplied. */
  readonly times: number;
  /** The changes that it is about. */
  readonly of: UnitName;
  /** It rests on looks at open changes. */
  readonly isOfLooks: boolean;
}

const ofLooks = { of: 'watched', isOfLooks: true } as const;

export const NUMBERS: readonly TaxNumber[] = [
  { ...ofLooks, value: 'conflicts', label: 'In conflict', unit: 'percentunit', kind: 'share', times: 1, help: 'Share of changes that were seen in conflict with their base before they were merged.' },
  { ...ofLooks, value: 'conflict_hours', label: 'Hours in conflict', unit: 'suffix:h', kind: 'mean', times: 1 / 3600, help: 'Business hours in conflict, per change.' },
  { of: 'rebased', isOfLooks: false, value: 'rebase_minutes', label: 'Pipelines of merging the base', unit: 'suffix:min', kind: 'mean', times: 1 / 60, help: 'Minutes of pipelines of commits that only merge the base branch, per change.' },
  { of: 'queued', isOfLooks: false, value: 'ejections', label: 'Put out of the queue', unit: 'short', kind: 'mean', times: 100, help: 'How often changes were put out of the merge queue, per 100 that stood in it.' },
]; // prettier-ignore

export const numberAsked = (value: unknown): TaxNumber => NUMBERS.find((one) => one.value === value) ?? (NUMBERS[0] as TaxNumber); // prettier-ignore

/** Names of the numbers that rest on looks. */
export const OF_LOOKS = NUMBERS.filter(({ isOfLooks }) => isOfLooks).map(({ value }) => value);
