/** Ends the embedded server of a folder unless another process uses it: for a process that had to end at once. */
import { isEmbeddedRunning, openStore } from './open.ts';

const [folder = ''] = process.argv.slice(2);
if (await isEmbeddedRunning(folder)) {
  await (await openStore({ folder })).close();
}
