/** What a person may choose of a panel. Fields are named as Grafana shows them; empty = found by itself. */
export interface IntervalOptions {
  readonly value?: string;
  readonly lower?: string;
  readonly upper?: string;
  /** Rows with the same text stand together under it. */
  readonly group?: string;
  readonly verdict?: string;
  readonly n?: string;
  readonly reason?: string;
  /** More fields of the row, told in words beside its interval. */
  readonly beside?: readonly string[];
  /** auto = log for ratios. */
  readonly scale: 'auto' | 'linear' | 'log';
  /** The line of no difference; auto = 0, on a log scale 1, none where nothing is compared. */
  readonly reference: 'auto' | 'none' | 'number';
  readonly referenceValue: number;
  /** What lies on either side of the line, e.g. faster and slower. */
  readonly below: string;
  readonly above: string;
}

export const DEFAULTS: IntervalOptions = {
  scale: 'auto',
  reference: 'auto',
  referenceValue: 0,
  below: '',
  above: '',
};
