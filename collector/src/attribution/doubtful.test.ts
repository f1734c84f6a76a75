import { isDoubtful } from './doubtful.ts';

test.each([
  ['prombot', ''],
  ['acme-automation', ''],
  ['Eon', '123763385+timescale-automation@users.noreply.github.com'],
  ['Releases', 'release-bot@acme.io'],
])('%s %s may be a program', (name, email) => expect(isDoubtful(name, email)).toBe(true));

test.each([
  ['Jean Le Bot', 'jean@acme.io'],
  ['rtalbot', ''],
  ['Steven', 'stevenprobot@gmail.com'],
  ['Ana', 'ana@acme.io'],
  ['Talbot', ''],
  ['', ''],
])('%s %s is a person', (name, email) => expect(isDoubtful(name, email)).toBe(false));
