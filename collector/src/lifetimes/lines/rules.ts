import { createHash } from 'node:crypto';
import { classifyPath, isEffective, parseAttributes } from './classify-path.ts';
import type { FileFlag, LifetimeOptions } from '../contract.ts';
import { STATE_FORMAT } from '../books/file-state.ts';
import type { ObjectReader } from '../../git/objects.ts';
import { displayPath } from '../../git/paths.ts';

/** What the repository itself says about its files and commits, at the tip. */
export interface Rules {
  readonly ignoredRevisions: ReadonlySet<string>;
  /** Flags of a path (raw bytes as latin1) and whether its lines can be effective. */
  classify(path: string): { flags: readonly FileFlag[]; isEffective: boolean };
  /** Changes whenever results of earlier passes would have been others. */
  readonly format: string;
}

/** Reads `.git-blame-ignore-revs` and the linguist attributes of `.gitattributes` at a commit. */
export async function readRules(objects: ObjectReader, tip: string, options: LifetimeOptions): Promise<Rules> {
  const attributesText = await textAt(objects, `${tip}:.gitattributes`);
  const attributes = parseAttributes(attributesText);
  const ignored =
    options.mode === 'plain'
      ? []
      : (options.ignoreRevs ?? shasIn(await textAt(objects, `${tip}:.git-blame-ignore-revs`)));
  const known = new Map<string, { flags: readonly FileFlag[]; isEffective: boolean }>();
  const relevant = attributesText.split('\n').filter((line) => line.includes('linguist-'));
  const hash = createHash('sha256').update(JSON.stringify([relevant, [...ignored].sort()]));
  return {
    ignoredRevisions: new Set(ignored),
    classify(path) {
      let found = known.get(path);
      if (!found) {
        const flags = classifyPath(displayPath(path), attributes);
        known.set(path, (found = { flags, isEffective: isEffective(flags) }));
      }
      return found;
    },
    format: `${STATE_FORMAT}-${options.mode}-${hash.digest('hex').slice(0, 16)}`,
  };
}

/** Empty when there is no such file. */
async function textAt(objects: ObjectReader, name: string): Promise<string> {
  return (await objects.read(name))?.content.toString('utf8') ?? '';
}

function shasIn(text: string): string[] {
  return text.split('\n').flatMap((line) => /^([0-9a-f]{40}|[0-9a-f]{64})\b/.exec(line.trim())?.[1] ?? []);
}
