/** `throughline.yaml`: read, `${ENV}` substitution and errors that name the line. */
import path from 'node:path';
import { LineCounter, isMap, isSeq, parseDocument, type Document, type ParsedNode } from 'yaml';
import type { z } from 'zod';
import { CollectorError, redact } from '../errors.ts';
import { unusableIn } from '../foreign.ts';
import type { RepositoryConfig } from './repository.ts';
import { textIfThere } from './read-text.ts';
import { configSchema, type Config } from './schema.ts';

/** Line of the node at a path, for error messages; falls back to the nearest parent that exists. */
function lineAt(document: Document.Parsed, lines: LineCounter, at: readonly PropertyKey[]): number {
  let node: ParsedNode | null = document.contents;
  let line = 1;
  for (const key of at) {
    if (node?.range) {
      line = lines.linePos(node.range[0]).line;
    }
    if (isMap(node)) {
      const pair: { key: ParsedNode; value: ParsedNode | null } | undefined = node.items.find(
        (item) => String((item.key as { value?: unknown }).value) === String(key)
      );
      if (!pair) {
        return line;
      }
      line = pair.key.range ? lines.linePos(pair.key.range[0]).line : line;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)] ?? null;
      line = node?.range ? lines.linePos(node.range[0]).line : line;
    }
  }
  return line;
}

function describe(issue: z.core.$ZodIssue): { path: readonly PropertyKey[]; text: string } {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { path: [...issue.path, key], text: `unknown key "${issue.keys.join('", "')}"` };
  }
  return { path: issue.path, text: issue.message };
}

/** What is wrong with a key. After the name of a secret and a colon whatever follows is masked: there it stands in brackets. */
function faultOf(key: string, fault: string): string {
  const usual = `${key}: ${fault}`;
  return redact(usual) === usual ? usual : `${key} (${fault})`;
}

/** The text with values of the environment in place of `${NAME}`. @throws CollectorError `config_env_missing` */
export function substitute(text: string, env: Readonly<Record<string, string | undefined>>, file: string): string {
  return text
    .split('\n')
    .map((line, index) =>
      line.trimStart().startsWith('#')
        ? line
        : line.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_whole, name: string) => {
            const value = env[name];
            if (value === undefined || value === '') {
              throw new CollectorError({
                code: 'config_env_missing',
                message: `${file}:${String(index + 1)}: environment variable ${name} is ${value === '' ? 'set, but empty' : 'not set'}. ${value === '' ? 'Give it a value' : 'Set it'}, or remove \${${name}}.`,
                fault: 'config',
              });
            }
            return JSON.stringify(value).slice(1, -1);
          })
    )
    .join('\n');
}

/**
 * Parses the text of a configuration file.
 * @throws CollectorError `config_syntax`, `config_invalid` (every fault with its line) or `config_env_missing`.
 */
export function parseConfig(
  text: string,
  file = 'throughline.yaml',
  env: Readonly<Record<string, string | undefined>> = process.env
): Config {
  const lines = new LineCounter();
  const document = parseDocument(substitute(text, env, file), { lineCounter: lines, prettyErrors: true });
  const [syntax] = document.errors;
  if (syntax) {
    const line = syntax.linePos?.[0].line ?? 1;
    throw new CollectorError({
      code: 'config_syntax',
      message: `${file}:${String(line)}: not valid YAML (${syntax.code}). Correct this line and try again.`,
      fault: 'config',
    });
  }
  const given: unknown = document.toJS() ?? {};
  const unusable = unusableIn(given);
  if (unusable !== null) {
    const [at = ''] = unusable.split(': ');
    throw new CollectorError({
      code: 'config_invalid',
      message: `${file}:${String(lineAt(document, lines, at.split('.')))}: ${unusable}. Write it without.`,
      fault: 'config',
    });
  }
  const parsed = configSchema.safeParse(given);
  if (parsed.success) {
    return parsed.data;
  }
  const faults = parsed.error.issues.map((issue) => {
    const { path: at, text: fault } = describe(issue);
    return `${file}:${String(lineAt(document, lines, at))}: ${faultOf(at.map(String).join('.'), fault)}`;
  });
  throw new CollectorError({
    code: 'config_invalid',
    message: `${faults.join('\n')}\nSee docs/configuration.md for every key and its default.`,
    fault: 'config',
  });
}

/** A relative `path` means beside the file, wherever the command runs. */
const besideFile =
  (folder: string) =>
  (repository: RepositoryConfig): RepositoryConfig =>
    repository.path === undefined ? repository : { ...repository, path: path.resolve(folder, repository.path) };

/**
 * Reads the configuration: `file` when given (must exist), else `throughline.yaml` in `folder` when there is one, else defaults.
 * @throws CollectorError as parseConfig, and `config_unreadable`.
 */
export function loadConfig(file: string | undefined, folder: string): { config: Config; file: string | null } {
  const target = path.resolve(folder, file ?? 'throughline.yaml');
  const text = textIfThere(target);
  if (text === null) {
    if (file === undefined) return { config: configSchema.parse({}), file: null };
    throw new CollectorError({
      code: 'config_unreadable',
      message: `There is no configuration ${target}. Check --config.`,
      fault: 'config',
    });
  }
  const config = parseConfig(text, path.basename(target));
  return {
    config: { ...config, repositories: config.repositories.map(besideFile(path.dirname(target))) },
    file: target,
  };
}
