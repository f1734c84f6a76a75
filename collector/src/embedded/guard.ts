/** Sees to it that an embedded server ends with its last user, however that one ends. */
import { spawn } from 'node:child_process';
import type net from 'node:net';
import path from 'node:path';

/** Ends the server unless somebody uses it. */
const script = path.join(import.meta.dirname, 'close.ts');

/**
 * Waits for this process to end, kill -9 included, and ends the server then if nobody else uses it. The guard is a shell that reads from a
 * pipe which the system closes with this process: it costs next to nothing, and needs no look at pids that may be given anew.
 * @returns Dismisses the guard: this process has closed the store itself.
 */
export function guardServer(folder: string): () => void {
  const close = [process.execPath, '--disable-warning=ExperimentalWarning', script, folder] as const;
  const options = { detached: true, cwd: path.parse(folder).root } as const;
  if (process.platform === 'win32') {
    const [node, ...args] = close;
    const onExit = (): void => spawn(node, args, { ...options, stdio: 'ignore' }).unref();
    process.once('exit', onExit);
    return () => process.off('exit', onExit);
  }
  const guard = spawn('/bin/sh', ['-c', 'read -r _; exec "$0" "$@"', ...close], {
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell the server of a killed process waits for the next one to end it.
  guard.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as net.Socket | undefined)?.unref();
  return () => guard.kill('SIGKILL');
}
