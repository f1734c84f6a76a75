import { sessionMinutes } from './sessions.ts';

const day = Date.UTC(2026, 2, 2);
const at = (clock: string): Date => new Date(day + (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))) * 60_000);
const minutes = (...clocks: string[]): number => sessionMinutes(clocks.map(at));

test('G-27: what lies within an hour is one session, with ten minutes before its first trace', () => {
  expect(minutes('10:00', '10:20', '10:50', '13:00')).toBe(70);
  expect(minutes('13:00', '10:50', '10:00', '10:20')).toBe(70);
});

test('an hour apart is one session, more is two; a single trace is ten minutes', () => {
  expect(minutes('10:00', '11:00')).toBe(70);
  expect(minutes('10:00', '11:01')).toBe(20);
  expect(minutes('10:00')).toBe(10);
  expect(minutes()).toBe(0);
});

test('no session is longer than two hours', () => {
  expect(minutes('08:00', '08:55', '09:50', '10:45')).toBe(120);
  expect(minutes('08:00', '08:55', '09:50', '10:45', '12:00')).toBe(130);
});
