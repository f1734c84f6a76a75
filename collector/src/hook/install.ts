/** The session hook: put into a folder of hooks, taken away without a trace, looked at. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { CollectorError } from '../errors.ts';
import { refuseForeign, refuseTakenAside, scriptText } from './foreign.ts';
import {
  attach,
  attachedTo,
  detach,
  HOOKS,
  removeAside,
  SCRIPT,
  write,
  type Attached,
  type Hook,
} from './hook-file.ts';
import { askGit, type Place } from './place.ts';

/** How a commit says its session: in its message, or in a note on it (refs/notes/ai-session). */
export type Way = 'trailer' | 'note';

const SOURCE = path.join(import.meta.dirname, 'throughline-session.sh');
const NOTES = 'mode=note\n';
const TRAILERS = 'mode=trailer\n';
/** Last line of the script in a folder that was made for it. */
const MADE = '# The folder was made with it.\n';
const NEEDED: Readonly<Record<Way, readonly Hook[]>> = { trailer: ['prepare-commit-msg'], note: HOOKS };

const scriptOf = ({ folder }: Place): string => path.join(folder, SCRIPT);

export interface HookState {
  /** Null = the script is not there. */
  readonly way: Way | null;
  /** What calls it, by hook. */
  readonly attached: Readonly<Partial<Record<Hook, Attached>>>;
  /** Everything that it needs calls it. */
  readonly isWhole: boolean;
}

/** What is installed there. */
export function lookAt(place: Place): HookState {
  const text = scriptText(place);
  const way = text === null ? null : text.includes(NOTES) ? 'note' : 'trailer';
  const attached = Object.fromEntries(HOOKS.map((hook) => [hook, attachedTo(place, hook)]));
  const isWhole = way !== null && NEEDED[way].every((hook) => attached[hook] !== 'none');
  return { way, attached, isWhole };
}

/** Tells what the system refused. */
function writing<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof CollectorError || code === undefined) throw cause;
    throw new CollectorError({
      code: 'hook_not_written',
      message: `${place.folder} cannot be written to (${code}): check its rights, then run it again.`,
      fault: 'config',
      cause,
    });
  }
}

/** What git itself gives to new repositories. */
const templateOfGit = (): string =>
  process.env['GIT_TEMPLATE_DIR'] ?? path.resolve(askGit(['--exec-path']) ?? '', '../../share/git-core/templates');

/** Our template holds what git's own does, since git takes one or the other. */
function makeTemplate(own: string): void {
  const given = templateOfGit();
  mkdirSync(own, { recursive: true });
  if (existsSync(given)) cpSync(given, own, { recursive: true });
  askGit(['config', '--global', 'init.templateDir', own]);
}

/** Removes what is as it was copied, and the folders that are empty then. */
function removeCopies(given: string, own: string): void {
  const entries = existsSync(given) ? readdirSync(given, { withFileTypes: true }) : [];
  for (const entry of entries) {
    const [from, to] = [path.join(given, entry.name), path.join(own, entry.name)];
    const stat = lstatSync(to, { throwIfNoEntry: false });
    if (entry.isDirectory() && stat?.isDirectory() === true) removeCopies(from, to);
    else if (entry.isFile() && stat?.isFile() === true && readFileSync(from).equals(readFileSync(to))) rmSync(to);
  }
  removeIfEmpty(own);
}

/** What somebody else put there stays, and so does the template then. */
function removeTemplate(own: string): void {
  removeCopies(templateOfGit(), own);
  if (existsSync(own)) return;
  removeIfEmpty(path.dirname(own));
  if (askGit(['config', '--global', '--type=path', '--get', 'init.templateDir']) !== own) return;
  askGit(['config', '--global', '--unset', 'init.templateDir']);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something else lies in it.
  }
}

function detachAll(place: Place): void {
  for (const hook of HOOKS) detach(place, hook);
  removeAside(place);
}

/** Installs it, or installs it anew: what another version or way had put there goes first. @throws CollectorError `hook_foreign`, `hook_changed`, `hook_not_written` */
export function install(place: Place, way: Way): void {
  writing(place, () => {
    refuseForeign(place);
    refuseTakenAside(place);
    if (place.ownTemplate !== null && !existsSync(place.ownTemplate)) makeTemplate(place.ownTemplate);
    const isMade = !existsSync(place.folder) || scriptText(place)?.endsWith(MADE) === true;
    mkdirSync(place.folder, { recursive: true });
    detachAll(place);
    const text = readFileSync(SOURCE, 'latin1').replace(TRAILERS, way === 'note' ? NOTES : TRAILERS);
    write(scriptOf(place), isMade ? `${text}${MADE}` : text, 0o755);
    for (const hook of NEEDED[way]) attach(place, hook);
  });
}

/** Takes all of it away. @returns whether there was anything. @throws CollectorError `hook_foreign`, `hook_changed`, `hook_not_written` */
export function remove(place: Place): boolean {
  return writing(place, () => {
    refuseForeign(place);
    const { way, attached } = lookAt(place);
    const isThere = way !== null || Object.values(attached).some((one) => one !== 'none');
    if (statSync(place.folder, { throwIfNoEntry: false }) === undefined) return false;
    const isMade = scriptText(place)?.endsWith(MADE) === true;
    detachAll(place);
    rmSync(scriptOf(place), { force: true });
    if (isMade) removeIfEmpty(place.folder);
    if (place.gitDir !== null) rmSync(path.join(place.gitDir, SCRIPT), { force: true });
    if (place.ownTemplate !== null && isThere) removeTemplate(place.ownTemplate);
    return isThere;
  });
}
