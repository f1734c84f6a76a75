import { byCell } from './figure.ts';

describe('groups of deployments', () => {
  it('stand in the order of their names, so that of equal siblings always the same one is hidden', () => {
    const rows = ['team-1', 'team-3', 'team-2'].map((cell) => ({ kind: 'deployments', cell }));
    const names = (list: typeof rows): string[] => [...byCell(list, 'deployments').keys()];
    expect(names(rows)).toEqual(['team-1', 'team-2', 'team-3']);
    expect(names(rows.toReversed())).toEqual(names(rows));
  });
});
