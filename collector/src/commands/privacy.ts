import { alone } from '../derive/alone.ts';
import { deriveAll } from '../derive/derive.ts';
import { AGES } from '../privacy/ages.ts';
import { IN_WORDS } from '../privacy/categories.ts';
import { clearOld, type Cleared } from '../privacy/leavers.ts';
import { heldInWords, readHeld, removeSwitchedOff } from '../privacy/remove.ts';
import { readSwitchedOff } from '../privacy/switches.ts';
import { openSession, type CommonOptions, type Session } from '../session.ts';
import { print, printJson } from '../terminal/print.ts';

export interface PrivacyOptions extends CommonOptions {
  readonly remove: boolean;
  readonly retain: boolean;
  readonly json: boolean;
}

const NOTHING: Cleared = { removed: new Map(), erased: 0, unclear: [], failed: [] };

/** What waits is derived first: days are added up from points that may go. */
async function retained(session: Session): Promise<Cleared> {
  const { pool, config } = session;
  await deriveAll(pool, { config });
  return alone(pool, new AbortController().signal, () => clearOld(session, config.privacy.retain));
}

/** `throughline privacy`: what is not collected and what is held of it; with --remove that is removed, with --retain what is older than privacy.retain. @throws CollectorError of openSession. */
export async function privacy(options: PrivacyOptions): Promise<number> {
  const session = await openSession(options, { mustExist: true });
  try {
    const { pool, config } = session;
    const never = new AbortController().signal;
    const removed = options.remove ? await alone(pool, never, () => removeSwitchedOff(pool)) : [];
    const { removed: aged, erased, unclear, failed } = options.retain ? await retained(session) : NOTHING;
    if (removed.length > 0 || aged.size > 0 || erased > 0) await deriveAll(pool, { config });
    const off = await readSwitchedOff(pool);
    const held = await readHeld(pool);
    if (options.json) {
      printJson({ not_collected: off, held, removed, retained: Object.fromEntries(aged), erased, unclear, failed });
      return failed.length === 0 ? 0 : 1;
    }
    if (off.length === 0)
      print('Everything is collected. privacy.collect of throughline.yaml switches categories off.\n');
    for (const category of off) print(`Not collected: ${category} (${IN_WORDS[category]})\n`);
    for (const { category, rows } of removed) print(`Removed: ${rows.toLocaleString('en')} rows of ${category}\n`);
    for (const [name, rows] of aged)
      print(
        `Removed: ${rows.toLocaleString('en')} rows older than ${String(config.privacy.retain[name])} days: ${AGES[name].what}\n`
      );
    if (erased > 0)
      print(`Erased: ${String(erased)} people who left more than ${String(config.privacy.retain.leavers)} days ago\n`);
    for (const id of unclear)
      print(
        `Not erased: ${id} left, and may be somebody else as well; look with throughline people, then throughline person --erase\n`
      );
    for (const { person_id: id, why } of failed) print(`Not erased: ${id} left, and is as before: ${why}\n`);
    if (options.retain && aged.size + erased + unclear.length + failed.length === 0)
      print('Nothing is older than privacy.retain of throughline.yaml says.\n');
    for (const one of held) print(`${heldInWords(one)}\n`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    await session.close();
  }
}
