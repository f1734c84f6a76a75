import { mondayOf } from './stale.ts';
import { staleItems } from './tables.ts';

describe('dirty marking', () => {
  it('marks the change of a commit by its key, or by its sha while it has none', () => {
    expect(staleItems({ table: 'git_commit', values: { sha: 'a1', change_key: '7' } }, 1)).toEqual([
      { kind: 'commit', item: '7' },
    ]);
    expect(staleItems({ table: 'git_commit', values: { sha: 'a1', change_key: null } }, 1)).toEqual([
      { kind: 'commit', item: 'a1' },
    ]);
    expect(staleItems({ table: 'commit_mark', values: { sha: 'a1' } }, 1)).toEqual([{ kind: 'commit', item: 'a1' }]);
  });

  it('marks both ends of a revert', () => {
    expect(staleItems({ table: 'revert', values: { change_key: '7', revert_change_key: '9' } }, 1)).toEqual([
      { kind: 'change', item: '7' },
      { kind: 'change', item: '9' },
    ]);
  });

  it('marks usage by person and Monday, and everybody for the heartbeat of a tool', () => {
    expect(
      staleItems({ table: 'tool_event', values: { person_id: 'p', at: new Date('2026-03-18T08:00:00Z') } }, null)
    ).toEqual([{ kind: 'usage', item: 'p/2026-03-16' }]);
    expect(staleItems({ table: 'heartbeat', values: { source: 'tool:cursor', day: '2026-03-22' } }, null)).toEqual([
      { kind: 'usage', item: '*/2026-03-16' },
    ]);
    expect(staleItems({ table: 'heartbeat', values: { source: 'git/history/x', day: '2026-03-22' } }, null)).toEqual(
      []
    );
    expect(staleItems({ table: 'tool_event', values: { person_id: null, at: new Date() } }, null)).toEqual([]);
  });

  it('marks an incident without a service for every service', () => {
    expect(staleItems({ table: 'incident', values: { service_id: null } }, null)).toEqual([
      { kind: 'incident', item: '*' },
    ]);
  });

  it('cuts weeks on Monday', () => {
    expect(mondayOf(new Date('2026-03-22T23:59:59Z'))).toBe('2026-03-16');
    expect(mondayOf(new Date('2026-03-23T00:00:00Z'))).toBe('2026-03-23');
    expect(mondayOf('not a date')).toBeNull();
  });
});
