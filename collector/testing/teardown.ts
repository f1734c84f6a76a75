import { isGone, sweepViews } from '../src/git/view.ts';
import { stopUnusedServer } from './server.ts';

/** globalTeardown of all jest configurations: a run leaves no server and no folder behind. Of several runs in a row the last one does (scripts/test.mjs). */
export default async function teardown(): Promise<void> {
  // What ends with its process ends with none of jest: test files have a `process` of their own, whose end nobody tells them.
  sweepViews((pid) => pid === process.pid || isGone(pid));
  if (process.env.THROUGHLINE_TEST_SERVER !== 'stays') await stopUnusedServer();
}
