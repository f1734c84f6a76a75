/** A panel of a board's JSON, or a row: one that is closed holds its panels. */
export interface Nested {
  readonly type?: string;
  readonly panels?: readonly Nested[];
}

/** All panels of a board, also those of closed rows, without the rows themselves. */
export const allPanels = <Panel extends Nested>(panels: readonly Panel[]): Panel[] =>
  panels.flatMap((one) => (one.type === 'row' ? allPanels((one.panels ?? []) as readonly Panel[]) : [one]));
