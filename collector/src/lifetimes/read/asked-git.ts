import { randomBytes } from 'node:crypto';
import { lineSender } from '../../git/line-sender.ts';
import { isOutOfMemory, overMemory, overText, textPerAnswer } from '../../git/limits.ts';
import { gitExit, startGit, type GitProcess, type Repository } from '../../git/process.ts';

/** A long-lived `git diff-tree --stdin` that answers one question after the other. */
export interface AskedGit {
  /** A line of its input, e.g. a commit; answers come in order. */
  ask(question: string): Promise<Answer>;
  close(): void;
}

/** A text: why there is none. Null: git died of this question (a missing or corrupt object). */
export type Answer = Buffer | string | null;

/** How it is started. */
export interface AskedGitOptions {
  readonly args: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

// diff-tree repeats a line that is no object id and flushes: the mark after each answer, which no content can have foreseen.
const MARK = `end-of-answer-${randomBytes(8).toString('hex')}`;

interface Waiting {
  readonly question: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

/** Starts with the first question; where a question ends the process, a new one takes the rest. */
export function askedGit(repo: Repository, { args, signal }: AskedGitOptions): AskedGit {
  let waiting: Waiting[] = [];
  let child: GitProcess | null = null;
  const answers = answerBuffer(textPerAnswer(repo.limits));
  const sender = lineSender(() => child);
  let isClosed = false;

  function received(from: GitProcess, chunk: Buffer): void {
    if (from !== child) return;
    for (const answer of answers.push(chunk)) waiting.shift()?.resolve(answer);
    if (answers.isOver()) passOver(from);
  }

  /** The answer that is coming is too long: the next questions go to another process. */
  function passOver(process: GitProcess): void {
    child = null;
    process.kill();
    waiting.shift()?.resolve(overText(textPerAnswer(repo.limits)));
    if (waiting.length) start();
  }

  function start(): void {
    answers.forget();
    const started = startGit(repo, ['diff-tree', '--stdin', ...args], signal);
    child = started;
    started.stdout.on('data', (chunk: Buffer) => {
      received(started, chunk);
    });
    void ended(started);
    sender.forget();
    for (const { question } of waiting) sender.send(`${question}\n${MARK}`);
  }

  async function ended(process: GitProcess): Promise<void> {
    try {
      const { code, stderr } = await gitExit(process);
      signal?.throwIfAborted();
      if (process !== child) return;
      if (isClosed || code === null) throw new Error(`git was stopped: ${stderr}`);
      child = null;
      const isOver = isOutOfMemory(stderr);
      // It died of the first question without an answer; of too little memory only where that was its first: git keeps what it read.
      if (!isOver || answers.given() === 0) waiting.shift()?.resolve(isOver ? overMemory(repo.limits) : null);
      if (waiting.length) start();
    } catch (cause) {
      if (process !== child) return;
      for (const asked of waiting) asked.reject(cause);
      waiting = [];
    }
  }

  return {
    ask(question) {
      const answer = new Promise<Answer>((resolve, reject) => {
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

interface AnswerBuffer {
  /** @returns answers that are complete */
  push(chunk: Buffer): Buffer[];
  /** The answer that is coming is too long. */
  isOver(): boolean;
  /** Answers since `forget`. */
  given(): number;
  forget(): void;
}

function answerBuffer(most: number): AnswerBuffer {
  let chunks: Buffer[] = [];
  let size = 0;
  let given = 0;
  return {
    push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (chunk.indexOf(MARK) < 0 && Buffer.concat(chunks.slice(-2)).indexOf(MARK) < 0) return [];
      const { answers, rest } = cutAnswers(Buffer.concat(chunks));
      chunks = rest.length ? [rest] : [];
      size = rest.length;
      given += answers.length;
      return answers;
    },
    isOver: () => size > most,
    given: () => given,
    forget() {
      chunks = [];
      size = given = 0;
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
