/** What is not ours in a folder of hooks. A repository brings files and links along: none of them may lead what is written elsewhere. */
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CollectorError } from '../errors.ts';
import { ASIDE, attachedTo, HOOKS, SCRIPT, type HookFolder } from './hook-file.ts';

/** Every version of the script has it. */
const MARKER = '\n# Put here by "throughline hook install"';

/** The script that is installed there. @returns null where there is none, or another file has its name */
export function scriptText({ folder }: HookFolder): string | null {
  const file = path.join(folder, SCRIPT);
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const text = readFileSync(file, 'utf8');
  return text.includes(MARKER) ? text : null;
}

const foreign = (message: string): CollectorError =>
  new CollectorError({ code: 'hook_foreign', message, fault: 'config' });

/**
 * Looks at all that would be written or moved, before anything is. A hook itself may be a link: it is moved as one, never followed.
 * @throws CollectorError `hook_foreign`
 */
export function refuseForeign(at: HookFolder): void {
  const script = path.join(at.folder, SCRIPT);
  const aside = path.join(at.folder, ASIDE);
  for (const file of [script, aside])
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true)
      throw foreign(
        `${file} is a symbolic link, and what "throughline hook" writes would go where it leads. Nothing was changed: look who made it, delete the link, then run it again.`
      );
  if (lstatSync(script, { throwIfNoEntry: false }) !== undefined && scriptText(at) === null)
    throw foreign(
      `${script} was not written by "throughline hook install". Nothing was changed: move it away or give it another name, then run it again.`
    );
  if (lstatSync(aside, { throwIfNoEntry: false })?.isDirectory() === false)
    throw foreign(`${aside} is no folder. Nothing was changed: move it away, then run it again.`);
}

/** A hook is not set aside onto another one. @throws CollectorError `hook_changed` */
export function refuseTakenAside(at: HookFolder): void {
  for (const hook of HOOKS) {
    const [file, aside] = [path.join(at.folder, hook), path.join(at.folder, ASIDE, hook)];
    const isThere = [file, aside].every((one) => lstatSync(one, { throwIfNoEntry: false }) !== undefined);
    if (isThere && attachedTo(at, hook) === 'none')
      throw new CollectorError({
        code: 'hook_changed',
        message: `${aside} holds a hook that was set aside, and ${file} was written since. Bring both together by hand: keep one as ${file}, and delete the other.`,
        fault: 'config',
      });
  }
}
