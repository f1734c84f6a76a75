import { isGone, sweepViews } from '../src/git/view.ts';
import { stopUnusedServer } from './server.ts';

/** globalTeardown of both jest configurations: a run leaves no server and no folder behind. */
export default async function teardown(): Promise<void> {
  // What ends with its process ends with none of jest: test files have a `process` of their own, whose end nobody tells them.
  sweepViews((pid) => pid === process.pid || isGone(pid));
  await stopUnusedServer();
}
