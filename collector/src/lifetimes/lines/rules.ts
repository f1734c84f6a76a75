import { createHash } from 'node:crypto';
import { parseAttributes, type AttributesFile } from './attributes.ts';
import { classifyPath, hasEffectiveLines, LINGUIST } from './classify-path.ts';
import type { FileFlag, LifetimeOptions } from '../contract.ts';
import { STATE_FORMAT } from '../books/file-state.ts';
import type { ObjectReader } from '../../git/objects.ts';
import type { Repository } from '../../git/process.ts';
import { readPaths } from '../../git/read-paths.ts';
import { displayPath } from '../../git/paths.ts';

/** What the repository itself says about its files and commits, at the tip. */
export interface Rules {
  readonly ignoredRevisions: ReadonlySet<string>;
  /** Flags of a path (raw bytes as latin1) and whether its lines can be effective. */
  classify(path: string): { flags: readonly FileFlag[]; isEffective: boolean };
  /** Changes whenever results of earlier passes would have been others. */
  readonly format: string;
}

/** A repository being read. */
interface Reading {
  readonly repo: Repository;
  readonly objects: ObjectReader;
}

/** Reads `.git-blame-ignore-revs` and the linguist attributes of `.gitattributes` at a commit. */
export async function readRules({ repo, objects }: Reading, tip: string, options: LifetimeOptions): Promise<Rules> {
  const attributes = parseAttributes(await attributesAt(repo, objects, tip), Object.keys(LINGUIST));
  const ignored =
    options.mode === 'plain'
      ? []
      : (options.ignoreRevs ?? shasIn(await textAt(objects, `${tip}:.git-blame-ignore-revs`)));
  const known = new Map<string, { flags: readonly FileFlag[]; isEffective: boolean }>();
  const hash = createHash('sha256').update(JSON.stringify([attributes.relevant, [...ignored].sort(), repo.limits]));
  return {
    ignoredRevisions: new Set(ignored),
    classify(path) {
      let found = known.get(path);
      if (!found) {
        const flags = classifyPath(displayPath(path), attributes.of(path));
        known.set(path, (found = { flags, isEffective: hasEffectiveLines(flags) }));
      }
      return found;
    },
    format: `${STATE_FORMAT}-${options.mode}-${hash.digest('hex').slice(0, 16)}`,
  };
}

const ATTRIBUTES = '.gitattributes';

// What no repository that people work on has: a path would be compared with too many lines.
const MOST_FILES = 2_000;
const MOST_BYTES = 1 << 20;

/** The attribute files of a commit, as far as they can be read; a tree that is missing has none. */
async function attributesAt(repo: Repository, objects: ObjectReader, tip: string): Promise<AttributesFile[]> {
  const files: AttributesFile[] = [];
  let bytes = 0;
  for (const { folder, id } of await listAttributes(repo, tip)) {
    const text = (await objects.read(id))?.content.toString('latin1') ?? '';
    bytes += text.length;
    if (bytes > MOST_BYTES) break;
    files.push({ folder, text });
  }
  return files;
}

async function listAttributes(repo: Repository, tip: string): Promise<{ folder: string; id: string }[]> {
  const found: { folder: string; id: string }[] = [];
  await readPaths(repo, ['ls-tree', '-r', '-z', tip], (entry) => {
    if (!/^100\d+ .*[\t/]\.gitattributes$/s.test(entry)) return true;
    const [meta = '', path = ''] = entry.split('\t', 2);
    found.push({ folder: path.slice(0, -ATTRIBUTES.length).replace(/\/$/, ''), id: meta.split(' ')[2] ?? '' });
    return found.length < MOST_FILES;
  });
  return found;
}

/** Empty when there is no such file. */
async function textAt(objects: ObjectReader, name: string): Promise<string> {
  return (await objects.read(name))?.content.toString('utf8') ?? '';
}

function shasIn(text: string): string[] {
  return text.split('\n').flatMap((line) => /^([0-9a-f]{40}|[0-9a-f]{64})\b/.exec(line.trim())?.[1] ?? []);
}
