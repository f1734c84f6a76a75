import { alone } from '../derive/alone.ts';
import { deriveAll } from '../derive/derive.ts';
import { IN_WORDS } from '../privacy/categories.ts';
import { heldInWords, readHeld, removeSwitchedOff } from '../privacy/remove.ts';
import { readSwitchedOff } from '../privacy/switches.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { print, printJson } from '../terminal/print.ts';

export interface PrivacyOptions extends CommonOptions {
  readonly remove: boolean;
  readonly json: boolean;
}

/** `throughline privacy`: what is not collected and what is held of it; with --remove that is removed. @throws CollectorError of openSession. */
export async function privacy(options: PrivacyOptions): Promise<number> {
  const session = await openSession(options, { mustExist: true });
  try {
    const { pool, config } = session;
    const never = new AbortController().signal;
    const removed = options.remove ? await alone(pool, never, () => removeSwitchedOff(pool)) : [];
    if (removed.length > 0) await deriveAll(pool, { config });
    const off = await readSwitchedOff(pool);
    const held = await readHeld(pool);
    if (options.json) {
      printJson({ not_collected: off, held, removed });
      return 0;
    }
    if (off.length === 0)
      print('Everything is collected. privacy.collect of throughline.yaml switches categories off.\n');
    for (const category of off) print(`Not collected: ${category} (${IN_WORDS[category]})\n`);
    for (const { category, rows } of removed) print(`Removed: ${rows.toLocaleString('en')} rows of ${category}\n`);
    for (const one of held) print(`${heldInWords(one)}\n`);
    return 0;
  } finally {
    await session.close();
  }
}
