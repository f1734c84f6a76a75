/** Puts entries into the mapping of `throughline.yaml` (section `identity`); what is there stays, comments too. Pure. */
import { isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { CollectorError } from '../errors.ts';
import { parseConfig } from './load.ts';

/** What a person decided; accounts by any name that the mapping takes. */
export interface MappingEntries {
  readonly join: readonly string[];
  readonly split: readonly string[];
  readonly shared: readonly string[];
}

const notEditable = (file: string, reason: string): CollectorError =>
  new CollectorError({
    code: 'config_not_editable',
    message: `${file}: ${reason}. Nothing was written; run people without --write for what to put there.`,
    fault: 'config',
  });

/** @throws CollectorError `config_not_editable`, or as `parseConfig` where the file was invalid or would be. */
export function withMapping(
  text: string,
  { join, split, shared }: MappingEntries,
  { file, env }: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> }
): string {
  if (text !== '') parseConfig(text, file, env);
  const document = parseDocument(text);
  if (document.contents !== null && !isMap(document.contents)) throw notEditable(file, 'it is no map');
  const list = (key: string): YAMLSeq => {
    const found = document.getIn(['identity', key]);
    if (isSeq(found)) return found;
    if (found !== undefined && found !== null) throw notEditable(file, `identity.${key} is no list of its own`);
    const made = document.createNode([]) as YAMLSeq;
    document.setIn(['identity', key], made);
    return made;
  };
  const pair = (names: readonly string[]): unknown => {
    const node = document.createNode(names) as YAMLSeq;
    node.flow = true;
    return node;
  };
  if (join.length > 0) list('join').add(pair(join));
  if (split.length > 0) list('split').add(pair(split));
  for (const name of shared) list('shared').add(name);
  const after = document.toString({ lineWidth: 0 });
  parseConfig(after, file, env);
  return after;
}
