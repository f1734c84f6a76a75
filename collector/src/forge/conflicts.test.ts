import { lookedAt, type Seen, type Watched } from './conflicts.ts';

const at = (hour: number): Date => new Date(Date.UTC(2026, 2, 6, hour));

/** Looks an hour apart at one change. */
function look(...states: ReadonlyArray<Seen['isInConflict'] | 'closed'>) {
  let open: Watched = {};
  const rows = states.flatMap((state, hour) => {
    const told = lookedAt(open, state === 'closed' ? [] : [{ number: 7, isInConflict: state }], at(hour));
    open = told.open;
    return told.rows;
  });
  const events = rows.filter(({ table }) => table === 'change_event').map(({ values }) => [values['kind'], values['at']]); // prettier-ignore
  return { events, watch: rows.filter(({ table }) => table === 'change_watch').at(-1)?.values };
}

test('a conflict begins and ends with the look that saw it', () => {
  expect(look(false, true, true, false, true)).toEqual({
    events: [['conflict_on', at(1)], ['conflict_off', at(3)], ['conflict_on', at(4)]],
    watch: { change_key: '7', first_at: at(0), last_at: at(4), look_count: 5 },
  }); // prettier-ignore
});

test('one that is there at the first look begins with it: nothing is known of before', () => {
  expect(look(true).events).toEqual([['conflict_on', at(0)]]);
});

test('what the forge does not know is no look, and ends no conflict', () => {
  expect(look(null, null)).toEqual({ events: [], watch: undefined });
  expect(look(null, true, null, false)).toEqual({
    events: [['conflict_on', at(1)], ['conflict_off', at(3)]],
    watch: { change_key: '7', first_at: at(1), last_at: at(3), look_count: 2 },
  }); // prettier-ignore
});

test('what is closed and opened again is looked at anew', () => {
  expect(look(true, 'closed', true)).toMatchObject({ events: [['conflict_on', at(0)], ['conflict_on', at(2)]], watch: { first_at: at(2), look_count: 1 } }); // prettier-ignore
});
