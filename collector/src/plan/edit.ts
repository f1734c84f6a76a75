/**
 * Puts choices into the text of `throughline.yaml`. Comments, order, layout and every value that is there stay; only what is not there is
 * added. Pure.
 */
import path from 'node:path';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { parseConfig, substitute } from '../config/load.ts';
import { CollectorError } from '../errors.ts';
import { withoutCredentials } from '../git/url.ts';
import type { Choice, ChoiceValue } from '../planned.ts';
import { inLayout, isIndented, withEndings } from './layout.ts';

export interface Edited {
  readonly text: string;
  /** What was added: one line each. */
  readonly made: readonly string[];
  /** What a person set and stays, where something else was found: one line each. */
  readonly kept: readonly string[];
}

export interface Place {
  /** Name of the file, for errors. */
  readonly file: string;
  /** Folder that paths of the file are relative to. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Entry = Readonly<Record<string, unknown>>;

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value); // prettier-ignore
const at = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isEntry(inner) ? inner[key] : undefined), value);

/** A comment of one line in which nothing is a variable: these are filled in wherever they stand. */
const comment = (text: string): string =>
  ` ${text
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replaceAll('${', '$ {')
    .slice(0, 140)}`;

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

class Editing {
  readonly made: string[] = [];
  readonly kept: string[] = [];
  readonly #document: Document;
  readonly #place: Place;
  /** The document with its variables filled in: what entries are compared by. */
  readonly #values: unknown;
  readonly #done = new Set<string>();

  constructor(document: Document, values: unknown, place: Place) {
    this.#document = document;
    this.#values = values;
    this.#place = place;
  }

  apply(choice: Choice): void {
    // Two sources may ask for the same.
    const key = JSON.stringify([choice.at, choice.kind === 'entry' ? choice.of : choice.value]);
    if (this.#done.has(key)) return;
    this.#done.add(key);
    if (choice.kind === 'value') this.#value(choice);
    else if (choice.kind === 'item') this.#item(choice);
    else this.#entry(choice);
  }

  #value({ at: keys, value, unless, because }: Choice & { kind: 'value' }): void {
    const parent = at(this.#values, keys.slice(0, -1));
    const key = keys.at(-1) ?? '';
    if (isEntry(parent) && [key, ...unless].some((one) => parent[one] !== undefined)) return;
    if (this.#isShared(keys.slice(0, -1), `${keys.join('.')}: ${shown(value)}`)) return;
    this.#parent(keys.slice(0, -1)).set(key, this.#scalar(value, because));
    this.#changed(`${keys.join('.')}: ${shown(value)}`);
  }

  #item({ at: keys, value }: Choice & { kind: 'item' }): void {
    const list = at(this.#values, keys);
    const has = Array.isArray(list) && list.some((one) => typeof one === 'string' && one.toLowerCase() === value.toLowerCase()); // prettier-ignore
    if (has || this.#isVariable(value) || this.#isShared(keys, `${keys.join('.')}: ${value}`)) return;
    this.#list(keys).add(new Scalar(value));
    this.#changed(`${keys.join('.')}: ${value}`);
  }

  #entry(choice: Choice & { kind: 'entry' }): void {
    const { at: keys, of, set } = choice;
    if (Object.values(of).some((one) => this.#isVariable(one)) || this.#isPattern(of)) return;
    const list = at(this.#values, keys);
    const index = Array.isArray(list) ? list.findIndex((one) => isEntry(one) && this.#isSame(one, of)) : -1;
    if (index === -1) {
      if (!this.#isShared(keys, `${keys.join('.')}: ${Object.values(of).join(' ')}`)) this.#add(choice);
      return;
    }
    const entry = (list as readonly Entry[])[index] ?? {};
    const place = [...keys, String(index)];
    const node = this.#document.getIn(place.map((key, depth) => (depth === keys.length ? index : key)));
    for (const { key, value, unless, because: why } of set) {
      const name = `${keys.join('.')}[${String(index)}].${key}`;
      const there = [key, ...unless].find((one) => entry[one] !== undefined);
      if (there !== undefined) {
        if (JSON.stringify(entry[there]) !== JSON.stringify(value))
          this.#kept(name, there, { own: entry[there], value });
      } else if (!this.#isVariable(value) && !this.#isShared(place, `${name}: ${shown(value)}`) && isMap(node)) {
        node.set(key, this.#scalar(value, why));
        this.#changed(`${name}: ${shown(value)}`);
      }
    }
  }

  #kept(name: string, key: string, { own, value }: { own: unknown; value: ChoiceValue }): void {
    const what = name.endsWith(`.${key}`) ? name : `${name.slice(0, name.lastIndexOf('.'))}.${key}`;
    this.kept.push(`${what} stays ${shown(own)} (found: ${shown(value)})`);
  }

  #add({ at: keys, of, set, because }: Choice & { kind: 'entry' }): void {
    const document = this.#document;
    const fields = set.filter(({ value }) => !this.#isVariable(value));
    const isShort = fields.every(({ value }) => typeof value === 'string') && keys.length > 1;
    const node = document.createNode({}) as YAMLMap;
    node.flow = isShort;
    for (const [key, value] of Object.entries(of))
      node.set(key, new Scalar(key === 'path' ? this.#near(value) : value));
    for (const { key, value, because: why } of fields) node.set(key, isShort ? new Scalar(value) : this.#scalar(value, why)); // prettier-ignore
    if (isShort) node.comment = comment(because);
    this.#list(keys).add(node);
    this.#changed(`${keys.join('.')}: ${Object.values(of).join(' ')}`);
  }

  #scalar(value: ChoiceValue, because: string): Node {
    const node = this.#document.createNode(value) as Scalar | YAMLSeq;
    if (isSeq(node)) node.flow = true;
    node.comment = comment(because);
    return node;
  }

  /** The name of an environment stands for others where it is written like a pattern. */
  #isPattern({ name }: Readonly<Record<string, string>>): boolean {
    const is = name !== undefined && /[*?[\]{}!]/.test(name);
    if (is)
      this.kept.push(`${JSON.stringify(name)} is not written: it looks like a pattern, which would name others too`);
    return is;
  }

  /** What is read from repositories may look like a variable, which would be filled in. */
  #isVariable(value: ChoiceValue): boolean {
    const found = [value].flat().find((one) => one.includes('${'));
    if (found !== undefined) this.kept.push(`${JSON.stringify(found)} is not written: it looks like a variable`);
    return found !== undefined;
  }

  /** Whether a place is written elsewhere (`*name`): what is added there would change everything that shares it. */
  #isShared(keys: readonly string[], what: string): boolean {
    for (let depth = 1; depth <= keys.length; depth += 1) {
      const path = keys.slice(0, depth).map((key, at) => (at === 0 || !/^\d+$/.test(key) ? key : Number(key)));
      const node = this.#document.getIn(path, true);
      if (isAlias(node)) {
        this.kept.push(
          `${what} is not written: ${keys.slice(0, depth).join('.')} is *${node.source}, which others share. Write it there by hand`
        );
        return true;
      }
    }
    return false;
  }

  #isSame(entry: Entry, of: Readonly<Record<string, string>>): boolean {
    return Object.entries(of).every(([key, value]) => {
      const own = entry[key];
      if (typeof own !== 'string') return false;
      if (key === 'path') return path.resolve(this.#place.folder, own) === path.resolve(this.#place.folder, value);
      return key === 'url' ? withoutCredentials(own) === withoutCredentials(value) : own === value;
    });
  }

  /** A path as it is best read beside the file. */
  #near(target: string): string {
    const relative = path.relative(this.#place.folder, target);
    return relative === '' ? '.' : relative.startsWith(`..${path.sep}..`) || path.isAbsolute(relative) ? target : relative; // prettier-ignore
  }

  #parent(keys: readonly string[]): YAMLMap {
    let map = this.#document.contents as unknown as YAMLMap;
    for (const key of keys) {
      const next = map.get(key, true) as unknown;
      if (isMap(next)) map = next;
      else {
        const made = this.#document.createNode({}) as YAMLMap;
        map.set(key, made);
        map = made;
      }
    }
    return map;
  }

  #list(keys: readonly string[]): YAMLSeq {
    const parent = this.#parent(keys.slice(0, -1));
    const key = keys.at(-1) ?? '';
    const there = parent.get(key, true) as unknown;
    if (isSeq(there)) {
      // An empty list stands as [], and what is added to it would too.
      if (there.items.length === 0) there.flow = false;
      return there;
    }
    const made = this.#document.createNode([]) as YAMLSeq;
    parent.set(key, made);
    return made;
  }

  #changed(what: string): void {
    this.made.push(what);
  }
}

/**
 * The text with the choices in it; the same text where all of them are there.
 * @throws CollectorError `config_not_editable` where the file is YAML only after its variables are filled in; faults of the result as parseConfig.
 */
export function applyChoices(text: string, choices: readonly Choice[], place: Place): Edited {
  const plain = text.replaceAll('\r\n', '\n');
  const read = (): Document => parseDocument(plain);
  const document = read();
  const [fault] = document.errors;
  if (fault !== undefined || (document.contents !== null && !isMap(document.contents) && !isEmpty(document.contents))) {
    throw new CollectorError({
      code: 'config_not_editable',
      message: `${place.file}:${String(fault?.linePos?.[0].line ?? 1)}: cannot be added to as it stands${fault === undefined ? '' : ` (${fault.code})`}: put quotes around \${…} within [ ] or { }, or add the choices by hand. Nothing was written.`,
      fault: 'config',
    });
  }
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const values: unknown = parseDocument(substitute(plain, place.env, place.file)).toJS() ?? {};
  const editing = new Editing(document, values, place);
  for (const choice of choices) editing.apply(choice);
  if (editing.made.length === 0) return { text, made: [], kept: editing.kept };
  const layout = { lineWidth: 0, indentSeq: isIndented(plain), flowCollectionPadding: true };
  const untouched = plain.trim() === '' ? '' : read().toString(layout);
  const anew = document.toString(layout);
  const laid = inLayout(plain, untouched, anew);
  const isSame = JSON.stringify(parseDocument(laid).toJS()) === JSON.stringify(document.toJS());
  const edited = withEndings(text, isSame ? laid : anew);
  parseConfig(edited, place.file, place.env);
  return { text: edited, made: editing.made, kept: editing.kept };
}

const isEmpty = (node: unknown): boolean => isScalar(node) && (node.value === null || node.value === '');
