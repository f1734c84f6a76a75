import path from 'node:path';
import { HOOKS, SCRIPT, type Attached } from '../hook/hook-file.ts';
import { install, lookAt, remove, type HookState, type Way } from '../hook/install.ts';
import { placeOfRepository, placeOfTemplate, type Place } from '../hook/place.ts';
import { CollectorError } from '../errors.ts';
import { print } from '../terminal/print.ts';

export interface HookOptions {
  readonly template: boolean;
  readonly repo?: string;
}

export interface HookInstallOptions extends HookOptions {
  readonly note: boolean;
}

/** @throws CollectorError `hook_place`, as `placeOfRepository` and `placeOfTemplate` */
function placeOf({ template, repo }: HookOptions): Place {
  if (template && repo !== undefined)
    throw new CollectorError({
      code: 'hook_place',
      message: `--template and --repo ${repo} are two places: run it once for each.`,
      fault: 'config',
    });
  return template ? placeOfTemplate() : placeOfRepository(repo ?? '.');
}

const WAYS: Readonly<Record<Way, string>> = {
  trailer: 'a trailer of the commit, AI-Session: tool/id',
  note: 'a note on the commit, in refs/notes/ai-session',
};

const CALLED: Readonly<Record<Attached, string>> = {
  none: 'does not call it',
  own: 'calls it',
  line: 'calls it, then does what it did before',
  aside: 'calls it, then the hook that was there before',
};

const lines = ({ folder }: Place, { attached }: HookState): string =>
  HOOKS.filter((hook) => attached[hook] !== 'none')
    .map((hook) => `  ${path.join(folder, hook)} ${CALLED[attached[hook] ?? 'none']}\n`)
    .join('');

/** `throughline hook install`. */
export function hookInstall(options: HookInstallOptions): number {
  const place = placeOf(options);
  install(place, options.note ? 'note' : 'trailer');
  const state = lookAt(place);
  print(`Installed for ${place.of}: ${WAYS[state.way ?? 'trailer']}.\n${lines(place, state)}`);
  if (place.isSourced) print('These files are part of the repository: commit them, and everybody has the hook.\n');
  if (options.note)
    print(
      'Notes do not travel by themselves: git push origin refs/notes/ai-session (docs/connect.md#the-session-hook).\n'
    );
  if (options.template) print('Repositories that are here already get it with: throughline hook install --repo DIR\n');
  return 0;
}

/** `throughline hook remove`. */
export function hookRemove(options: HookOptions): number {
  const place = placeOf(options);
  print(remove(place) ? `Removed for ${place.of}.\n` : `It is not installed for ${place.of}.\n`);
  if (options.template)
    print('Repositories that were made with it keep their own: throughline hook remove --repo DIR\n');
  return 0;
}

/** `throughline hook status`. @returns 1 where it is not installed, or nothing calls it. */
export function hookStatus(options: HookOptions): number {
  const place = placeOf(options);
  const state = lookAt(place);
  if (state.way === null) {
    print(`Not installed for ${place.of} (${place.folder}).\n`);
    return 1;
  }
  print(`Installed for ${place.of}: ${WAYS[state.way]}.\n${lines(place, state)}`);
  if (!state.isWhole)
    print(
      `${SCRIPT} is there, but not everything calls it: another tool wrote its own hooks since. Run hook install again.\n`
    );
  return state.isWhole ? 0 : 1;
}
