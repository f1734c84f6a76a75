/** Where git looks for hooks: of one repository, or of those that are made from now on. */
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { CollectorError } from '../errors.ts';
import type { HookFolder } from './hook-file.ts';

export interface Place extends HookFolder {
  /** For people: what the folder is of. */
  readonly of: string;
  /** A template folder that is ours: made with the hook, and gone with it. Null = the folder is somebody else's. */
  readonly ownTemplate: string | null;
  /** Where `HEAD`, `MERGE_HEAD` and such lie; null = it is of no repository. */
  readonly gitDir: string | null;
}

const failed = (code: string, message: string): CollectorError =>
  new CollectorError({ code, message, fault: 'config' });

/** Runs git as the person would: their configuration counts, what points it at another repository does not. @returns null where it fails. */
export function askGit(args: readonly string[], cwd?: string): string | null {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('GIT_') || name.startsWith('GIT_CONFIG')
  );
  try {
    return execFileSync('git', args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...Object.fromEntries(kept), LC_ALL: 'C' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).replace(/\n$/, '');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && (cwd === undefined || existsSync(cwd)))
      throw failed('git_missing', 'git is not on the PATH: install git 2.31 or newer.');
    return null;
  }
}

/** Where links lead, also those above what is not there yet. */
function real(file: string): string {
  const whole = path.resolve(file);
  if (existsSync(whole) || path.dirname(whole) === whole) return realpathSync(whole);
  return path.join(real(path.dirname(whole)), path.basename(whole));
}
const isWithin = (file: string, folder: string): boolean => {
  const relative = path.relative(real(folder), real(file));
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
};

/** husky 9 runs the files of `.husky` itself; what lies in `.husky/_` is made anew with every installation. */
function huskyOf(folder: string): string | null {
  const parent = path.dirname(folder);
  return path.basename(folder) === '_' && existsSync(path.join(folder, 'h')) ? parent : null;
}

/** Hooks of the repository that the folder is in. @throws CollectorError `hook_place`, `git_missing` */
export function placeOfRepository(given: string): Place {
  const start = path.resolve(given);
  if (statSync(start, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw failed('hook_place', `${given} is no folder: name one of the repository with --repo, or use --template.`);
  const gitDir = askGit(['rev-parse', '--absolute-git-dir'], start);
  if (gitDir === null)
    throw failed(
      'hook_place',
      `${given} is in no git repository: name one with --repo DIR, or use --template for those that are made from now on.`
    );
  const top = askGit(['rev-parse', '--show-toplevel'], start);
  const root = top === null || top === '' ? gitDir : top;
  const common = path.resolve(root, askGit(['rev-parse', '--git-common-dir'], root) ?? gitDir);
  const folder = path.resolve(root, askGit(['rev-parse', '--git-path', 'hooks'], root) ?? path.join(common, 'hooks'));
  if (!isWithin(folder, common) && !isWithin(folder, root))
    throw failed(
      'hook_place',
      `git looks for hooks of ${root} in ${folder} (core.hooksPath), which is not of this repository: other repositories may run what lies there. If it holds for all of yours, install it there with --template; else unset core.hooksPath for this one.`
    );
  const husky = huskyOf(folder);
  if (husky !== null && !isWithin(husky, root))
    throw failed(
      'hook_place',
      `${husky} is a link that leads out of the repository: make it a folder of its own, or unset core.hooksPath.`
    );
  const of = husky === null ? `repository ${root}` : `repository ${root} (husky)`;
  return { folder: husky ?? folder, isSourced: husky !== null, of, ownTemplate: null, gitDir };
}

const configHome = (): string => process.env['XDG_CONFIG_HOME'] || path.join(homedir(), '.config');

/** The template folder that is made where the person has none. */
export const ownTemplate = (): string => path.join(configHome(), 'throughline', 'git-template');

const globalPath = (name: string): string | null => askGit(['config', '--global', '--type=path', '--get', name]);

/** Hooks of all repositories (`core.hooksPath`), else of those that are made from the template. @throws CollectorError `hook_place`, `git_missing` */
export function placeOfTemplate(): Place {
  const hooks = globalPath('core.hooksPath');
  if (hooks !== null && !path.isAbsolute(hooks))
    throw failed(
      'hook_place',
      `git looks for hooks in ${hooks} of each repository (core.hooksPath of your configuration): a template would not be looked at. Use --repo DIR.`
    );
  if (hooks !== null)
    return {
      folder: hooks,
      isSourced: false,
      of: 'all your repositories (core.hooksPath)',
      ownTemplate: null,
      gitDir: null,
    };
  const own = ownTemplate();
  const template = globalPath('init.templateDir') ?? own;
  const of = 'repositories that are made or cloned from now on';
  return {
    folder: path.join(template, 'hooks'),
    isSourced: false,
    of,
    ownTemplate: template === own ? own : null,
    gitDir: null,
  };
}
