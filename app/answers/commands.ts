/** Commands as they are printed: each leads to the store that was just asked. */
import { defaultHome } from '../../collector/src/session.ts';
import type { Asked } from './section.ts';

/** Where the store of the answers is, as every command is told. */
export interface Place {
  /** Folder of the embedded store. */
  readonly home: string;
  /** undefined = throughline.yaml where the command runs, if there is one. */
  readonly config: string | undefined;
}

const USUAL_HOME = '.throughline';

/** As a shell takes it. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** Left out where a command finds it by itself: THROUGHLINE_HOME would send it elsewhere. */
const homeOf = ({ home }: Place): string[] =>
  home === USUAL_HOME && defaultHome() === USUAL_HOME ? [] : ['--home', home];
const configOf = ({ config }: Place): string[] => (config === undefined ? [] : ['--config', config]);

const line = (script: string, words: readonly string[]): string =>
  `npm run ${script} -- ${words.map(quoted).join(' ')}`;

/** Imports a CSV file. */
export const importCommand = (file: string, place: Place): string =>
  line('-s throughline', ['import', file, ...homeOf(place), ...configOf(place)]);

/** Starts Grafana with this very store. */
export const grafanaCommand = (place: Place): string =>
  `npm run build && ${line('grafana', ['--grafana', '/usr/share/grafana', ...homeOf(place), ...configOf(place)])}`;

/** As it stands: what looks like a list would be read as one. */
const isWord = (value: unknown): value is string => typeof value === 'string' && !value.startsWith('[');
/** A list that is given word by word. */
const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isWord);

/** Gives the very rows that were asked for: same metric, parameters and range. */
export function queryCommand({ metric, params, from, to }: Asked, place: Place): string {
  const given = Object.entries(params).flatMap(([name, value]) =>
    (isWords(value) ? value : [value]).flatMap((one) => [
      '--param',
      `${name}=${isWord(one) ? one : JSON.stringify(one)}`,
    ])
  );
  const range = ['--from', from.toISOString(), '--to', to.toISOString()];
  return line('-s query', [metric, ...range, ...given, ...homeOf(place), ...configOf(place)]);
}
