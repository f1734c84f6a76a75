import { lineSender } from '../../git/line-sender.ts';
import { gitExit, startGit, type GitProcess, type Repository } from '../../git/process.ts';

/** A long-lived `git diff-tree --stdin` that answers one question after the other. */
export interface AskedGit {
  /** A line of its input, e.g. a commit; answers come in order. Null: git died of this question (a missing or corrupt object). */
  ask(question: string): Promise<Buffer | null>;
  close(): void;
}

/** How it is started. */
export interface AskedGitOptions {
  readonly args: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

// diff-tree repeats a line that is no object id and flushes: the mark after each answer.
const MARK = 'end-of-answer';

interface Waiting {
  readonly question: string;
  readonly resolve: (answer: Buffer | null) => void;
  readonly reject: (cause: unknown) => void;
}

/** Starts with the first question; where a question ends the process, a new one takes the rest. */
export function askedGit(repo: Repository, { args, signal }: AskedGitOptions): AskedGit {
  let waiting: Waiting[] = [];
  let child: GitProcess | null = null;
  let chunks: Buffer[] = [];
  const sender = lineSender(() => child);
  let isClosed = false;

  function received(chunk: Buffer): void {
    chunks.push(chunk);
    if (chunk.indexOf(MARK) < 0 && Buffer.concat(chunks.slice(-2)).indexOf(MARK) < 0) return;
    const { answers, rest } = cutAnswers(Buffer.concat(chunks));
    for (const answer of answers) waiting.shift()?.resolve(answer);
    chunks = rest.length ? [rest] : [];
  }

  function start(): void {
    chunks = [];
    const started = startGit(repo, ['diff-tree', '--stdin', ...args], signal);
    child = started;
    started.stdout.on('data', received);
    void ended(started);
    sender.forget();
    for (const { question } of waiting) sender.send(`${question}\n${MARK}`);
  }

  async function ended(process: GitProcess): Promise<void> {
    try {
      const { code, stderr } = await gitExit(process);
      signal?.throwIfAborted();
      if (isClosed || code === null) throw new Error(`git was stopped: ${stderr}`);
      child = null;
      // The first question without an answer is the one that it died of.
      waiting.shift()?.resolve(null);
      if (waiting.length) start();
    } catch (cause) {
      for (const asked of waiting) asked.reject(cause);
      waiting = [];
    }
  }

  return {
    ask(question) {
      const answer = new Promise<Buffer | null>((resolve, reject) => {
        waiting.push({ question, resolve, reject });
        if (child) sender.send(`${question}\n${MARK}`);
        else start();
      });
      // Whoever asked ahead awaits it later; until then a failure must not be "unhandled".
      answer.catch(() => undefined);
      return answer;
    },
    close() {
      isClosed = true;
      child?.kill();
    },
  };
}

function cutAnswers(buffer: Buffer): { answers: Buffer[]; rest: Buffer } {
  const answers: Buffer[] = [];
  let rest = buffer;
  for (let end = markAt(rest); end >= 0; end = markAt(rest)) {
    answers.push(rest.subarray(0, end));
    rest = rest.subarray(end + MARK.length + 1);
  }
  return { answers, rest };
}

/** The mark stands at the start of a line; a line of content begins with a space, plus or minus. */
function markAt(buffer: Buffer): number {
  for (let at = buffer.indexOf(MARK); at >= 0; at = buffer.indexOf(MARK, at + 1)) {
    const before = buffer[at - 1];
    if ((at === 0 || before === 10 || before === 0) && buffer[at + MARK.length] === 10) return at;
  }
  return -1;
}
