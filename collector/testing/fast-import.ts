/** Git histories that tests generate, written at once. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

interface Who {
  readonly name: string;
  readonly email: string;
}

const NOBODY: Who = { name: 'Nobody', email: 'nobody@acme.io' };

/** A stream for `git fast-import`, and which mark stands for which commit of the world. */
export class Script {
  readonly lines: string[] = [];
  readonly names = new Map<number, string>();
  readonly #committer: string | null;
  #mark = 0;

  /** @param committer Of all commits, with the address; null = whoever wrote each. */
  constructor(committer: string | null) {
    this.#committer = committer;
  }

  #text(text: string): void {
    this.lines.push(`data ${String(Buffer.byteLength(text))}`, text);
  }

  commit(
    name: string,
    at: {
      ref: string;
      who: Who | null;
      authoredAt: number;
      committedAt: number;
      message: string;
      parents: readonly number[];
      /** Files that it changes, and how many lines each has then. */
      files: ReadonlyArray<readonly [file: string, lines: number]>;
    }
  ): number {
    const mark = ++this.#mark;
    this.names.set(mark, name);
    const who = at.who ?? NOBODY;
    const by = `${who.name} <${who.email}>`;
    const time = (ms: number): string => `${String(Math.floor(ms / 1000))} +0000`;
    this.lines.push(`commit ${at.ref}`, `mark :${String(mark)}`);
    this.lines.push(
      `author ${by} ${time(at.authoredAt)}`,
      `committer ${this.#committer ?? by} ${time(at.committedAt)}`
    );
    this.#text(at.message);
    at.parents.forEach((parent, index) => this.lines.push(`${index === 0 ? 'from' : 'merge'} :${String(parent)}`));
    for (const [file, lines] of at.files) {
      this.lines.push(`M 644 inline ${file}`);
      this.#text(Array.from({ length: lines }, (_none, line) => `${file} line ${String(line)}`).join('\n'));
    }
    return mark;
  }
}

/** Writes a bare repository at `target`. @returns the real commits by their name in the script. */
export function writeHistory(target: string, script: Script): Map<string, string> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const git = (args: readonly string[], input?: string): void => void execFileSync('git', ['-C', target, ...args], { input, stdio: ['pipe', 'ignore', 'pipe'] }); // prettier-ignore
  git(['init', '-q', '--bare', '-b', 'main']);
  git(['fast-import', '--quiet', `--export-marks=${path.join(target, 'marks')}`], `${script.lines.join('\n')}\n`);
  const real = new Map<string, string>();
  for (const line of readFileSync(path.join(target, 'marks'), 'utf8').split('\n')) {
    const [mark = '', sha = ''] = line.split(' ');
    const name = script.names.get(Number(mark.slice(1)));
    if (name !== undefined) real.set(name, sha);
  }
  return real;
}
