import { lineSender } from './line-sender.ts';
import { gitExit, runGit, startGit, type GitProcess, type Repository } from './process.ts';

/** An object as `git cat-file --batch` gives it. */
export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly content: Buffer;
}

/** Sizes of objects in bytes, by name as asked; a missing one is absent. */
export async function objectSizes(
  repo: Repository,
  ids: readonly string[],
  signal: AbortSignal
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const out = await runGit(repo, ['cat-file', '--batch-check'], { input: `${ids.join('\n')}\n`, signal });
  return new Map(
    out
      .toString('latin1')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, type]) => type !== undefined && type !== 'missing')
      .map(([id = '', , size]) => [id, Number(size)])
  );
}

/** Reads single objects through one long-lived git process. */
export interface ObjectReader {
  /**
   * `name` is any name of an object (`<sha>`, `<revision>:<path>`); null when it is missing, cannot be read, or is too large: a blob of
   * more than `limits.bytesPerFile` of the repository, another object of more than 64 MB.
   */
  read(name: string): Promise<GitObject | null>;
  close(): void;
}

interface Asked {
  readonly name: string;
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (cause: unknown) => void;
}

/** Starts with the first question; a corrupt object ends the process, and the next question starts another. */
export function objectReader(repo: Repository, signal?: AbortSignal): ObjectReader {
  let asked: Asked[] = [];
  let child: GitProcess | null = null;
  const answers = answerReader(repo.limits.bytesPerFile, (object) => asked.shift()?.resolve(object));
  const sender = lineSender(() => child);

  function start(): GitProcess {
    answers.forget();
    const started = startGit(repo, ['cat-file', '--batch'], signal);
    started.stdout.on('data', (chunk: Buffer) => {
      answers.push(chunk);
    });
    void ended(started);
    return started;
  }

  async function ended(process: GitProcess): Promise<void> {
    try {
      await gitExit(process);
      signal?.throwIfAborted();
      child = null;
      asked.shift()?.resolve(null);
      if (asked.length === 0) return;
      child = start();
      sender.forget();
      for (const { name } of asked) sender.send(name);
    } catch (cause) {
      for (const { reject } of asked) reject(cause);
      asked = [];
    }
  }

  return {
    read(name) {
      // The protocol is one name per line.
      if (name.includes('\n')) return Promise.resolve(null);
      return new Promise((resolve, reject) => {
        asked.push({ name, resolve, reject });
        child ??= start();
        sender.send(name);
      });
    },
    close() {
      child?.stdin.end();
    },
  };
}

interface AnswerReader {
  push(chunk: Buffer): void;
  /** Another process answers from here on. */
  forget(): void;
}

/** Cuts what git writes into answers; a content that is too large is passed over as it comes. */
function answerReader(most: number, onAnswer: (object: GitObject | null) => void): AnswerReader {
  let chunks: Buffer[] = [];
  let size = 0;
  // Bytes until which the answer being received is known to be incomplete.
  let wanted = 0;
  // Bytes to come of a content that is too large.
  let passedOver = 0;
  return {
    push(whole) {
      const chunk = whole.subarray(passedOver);
      passedOver -= whole.length - chunk.length;
      if (chunk.length === 0) return;
      chunks.push(chunk);
      size += chunk.length;
      if (size < wanted) return;
      let buffer = Buffer.concat(chunks);
      for (let answer = answerIn(buffer, most); answer; answer = answerIn(buffer, most)) {
        onAnswer(answer.object);
        passedOver = Math.max(0, answer.end - buffer.length);
        buffer = buffer.subarray(answer.end);
      }
      wanted = answerEnd(buffer) ?? 0;
      chunks = buffer.length ? [buffer] : [];
      size = buffer.length;
    },
    forget() {
      chunks = [];
      size = wanted = passedOver = 0;
    },
  };
}

/** Of a commit, tag or tree. */
const MOST_BYTES = 64 << 20;

/** `<id> <type> <size>\n<content>\n`, or `<name> missing\n`. Of what is too large only the end is told. */
function answerIn(buffer: Buffer, most: number): { object: GitObject | null; end: number } | null {
  const lineEnd = buffer.indexOf(10);
  if (lineEnd < 0) return null;
  const end = answerEnd(buffer);
  if (end === null) return { object: null, end: lineEnd + 1 };
  const [id = '', type = ''] = buffer.toString('latin1', 0, lineEnd).split(' ');
  if (end - lineEnd - 2 > (type === 'blob' ? most : MOST_BYTES)) return { object: null, end };
  if (buffer.length < end) return null;
  return { object: { id, type, content: Buffer.from(buffer.subarray(lineEnd + 1, end - 1)) }, end };
}

/** Position after the first answer; null when its first line is not there or names no object. */
function answerEnd(buffer: Buffer): number | null {
  const lineEnd = buffer.indexOf(10);
  if (lineEnd < 0) return null;
  const length = /^[0-9a-f]{40,64} (?:blob|commit|tree|tag) (\d+)$/.exec(buffer.toString('latin1', 0, lineEnd))?.[1];
  return length === undefined ? null : lineEnd + 2 + Number(length);
}
