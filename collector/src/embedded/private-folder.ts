/** Folders of the collector are for nobody else: they hold passwords, mirrors of private repositories and the data itself. */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/** The server of a collector that runs as root has an account of its own, which must get through, and see nothing. */
const mode = (): number => (process.getuid?.() === 0 ? 0o711 : 0o700);

/** Makes a folder private. One that somebody else made under another name keeps its rights: it may hold more than ours. */
export function privateFolder(folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: mode() });
  if (made !== undefined || path.basename(folder) === '.throughline') {
    chmodSync(folder, mode());
  }
}
