/** One hook of a folder of hooks: our line in front of whatever is there, and away again with every byte as it was. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { CollectorError } from '../errors.ts';
import { pattern } from '../text/pattern.ts';

/** The script that does the work, beside the hooks that call it. */
export const SCRIPT = 'throughline-session';
/** Hooks that cannot take a line of ours lie here while it is installed. */
export const ASIDE = 'throughline.d';
export const HOOKS = ['prepare-commit-msg', 'post-commit'] as const;
export type Hook = (typeof HOOKS)[number];

/** Hooks of a repository, or those that new repositories are given. */
export interface HookFolder {
  readonly folder: string;
  /** Somebody else's hook runs the files with `sh`, executable or not (husky). */
  readonly isSourced: boolean;
}

// Text is read as Latin-1: every byte is one character and comes back as it was.
const read = (file: string): string => readFileSync(file, 'latin1');
const SHELL = pattern`^#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-\S+[ \t]+)*)?(?:\S*/)?(?:sh|bash|dash|ash|ksh|zsh)(?:[ \t\r].*)?$`;
/** Asking for the own name or folder is harmless; whoever reads or runs the own file may not expect another line in it. */
const OWN_NAME = pattern`\$\{0(?:%/\*|##\*/)\}|(?:dirname|basename) (?:-- )?(?:"\$\{?0\}?"|\$\{?0\}?)`;

const lineOf = (hook: Hook): string =>
  `sh "\${0%/*}/${SCRIPT}" ${hook} "$@" </dev/null >/dev/null 2>&1 || : # added by throughline hook install`;
// Between the two there is never anything in a hook that was given a line: an own one is known from those.
const ownText = (hook: Hook): string =>
  `#!/bin/sh\n# Made by throughline hook install; throughline hook remove deletes it.\n${lineOf(hook)}\n`;
const asideText = (hook: Hook): string =>
  `${ownText(hook)}[ ! -x "\${0%/*}/${ASIDE}/${hook}" ] || exec "\${0%/*}/${ASIDE}/${hook}" "$@"\n`;

/** Replaces a file whole, with the rights that are given. `text` is Latin-1; a link in its place is replaced, not followed. */
export function write(file: string, text: string, mode: number): void {
  const draft = `${file}.${String(process.pid)}.tmp`;
  try {
    writeFileSync(draft, text, { encoding: 'latin1', flag: 'wx' });
    chmodSync(draft, mode);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a file; a link that is relative leads where it led before. */
function move(from: string, to: string): void {
  if (!lstatSync(from).isSymbolicLink()) {
    renameSync(from, to);
    return;
  }
  const target = readlinkSync(from);
  const isBack = path.dirname(from) === path.join(path.dirname(to), ASIDE);
  const moved = isBack ? target.slice('../'.length) : `../${target}`;
  rmSync(to, { force: true });
  symlinkSync(path.isAbsolute(target) ? target : moved, to);
  rmSync(from);
}

const statOf = (file: string): Stats | undefined => lstatSync(file, { throwIfNoEntry: false });

/** Whether a line may stand in front of the others of the hook. */
function takesLine(file: string, stat: Stats, isSourced: boolean): boolean {
  if (!stat.isFile()) return false;
  if (isSourced) return true;
  const text = read(file);
  const isRun = process.platform === 'win32' || (stat.mode & 0o111) !== 0;
  const others = OWN_NAME.replace(text, '');
  return isRun && SHELL.test(text.split('\n', 1)[0] ?? '') && !others.includes('$0') && !others.includes('${0');
}

/** The text with our line behind its first one; in front, where that is no `#!`. */
function withLine(text: string, hook: Hook): string {
  if (!text.startsWith('#!')) return `${lineOf(hook)}\n${text}`;
  const end = text.indexOf('\n');
  return end < 0 ? `${text}\n${lineOf(hook)}` : `${text.slice(0, end + 1)}${lineOf(hook)}\n${text.slice(end + 1)}`;
}

function withoutLine(text: string, hook: Hook): string {
  const line = lineOf(hook);
  return text.includes(`${line}\n`) ? text.replace(`${line}\n`, '') : text.replace(`\n${line}`, '');
}

/** What calls the script: nothing, a hook of our own, or one that was there before. */
export type Attached = 'none' | 'own' | 'line' | 'aside';

export function attachedTo({ folder }: HookFolder, hook: Hook): Attached {
  const file = path.join(folder, hook);
  if (statOf(file)?.isFile() !== true) return 'none';
  const text = read(file);
  if (text === ownText(hook)) return 'own';
  if (text === asideText(hook)) return 'aside';
  return text.includes(lineOf(hook)) ? 'line' : 'none';
}

/** Makes the hook call the script first. It calls it not yet. */
export function attach({ folder, isSourced }: HookFolder, hook: Hook): void {
  const file = path.join(folder, hook);
  const stat = statOf(file);
  if (stat === undefined) {
    write(file, ownText(hook), 0o755);
  } else if (takesLine(file, stat, isSourced)) {
    write(file, withLine(read(file), hook), stat.mode & 0o7777);
  } else {
    mkdirSync(path.join(folder, ASIDE), { recursive: true });
    move(file, path.join(folder, ASIDE, hook));
    write(file, asideText(hook), 0o755);
  }
}

/** Takes the call out again. @throws CollectorError `hook_changed` */
export function detach(at: HookFolder, hook: Hook): void {
  const file = path.join(at.folder, hook);
  const aside = path.join(at.folder, ASIDE, hook);
  const attached = attachedTo(at, hook);
  if (attached === 'own') {
    rmSync(file);
  } else if (attached === 'aside') {
    if (statOf(aside) === undefined) rmSync(file);
    else move(aside, file);
  } else if (attached === 'line') {
    if (statOf(aside) !== undefined) {
      throw new CollectorError({
        code: 'hook_changed',
        message: `${file} was changed since "throughline hook install" put the hook that it replaces into ${aside}. Bring both together by hand: keep what was added, move the old hook back, and delete the line that calls ${SCRIPT}.`,
        fault: 'config',
      });
    }
    write(file, withoutLine(read(file), hook), (statOf(file)?.mode ?? 0o755) & 0o7777);
  }
}

/** Removes the folder of hooks that were set aside, where nothing is left in it. */
export function removeAside({ folder }: HookFolder): void {
  try {
    rmdirSync(path.join(folder, ASIDE));
  } catch {
    // There is none, or something else lies in it.
  }
}
