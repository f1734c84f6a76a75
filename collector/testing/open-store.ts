/**
 * Opens the embedded store of a folder as a process of its own: prints its port, closes it at the end of stdin, ends without closing it by
 * SIGTERM.
 */
import { openStore } from '../src/embedded/open.ts';

const [folder = ''] = process.argv.slice(2);
process.on('SIGTERM', () => process.exit(130));
const store = await openStore({ folder, port: 55_700 });
process.stdout.write(`${String(store.port)}\n`);
process.stdin.on('end', () => void store.close().then(() => process.exit(0)));
process.stdin.resume();
