/** Streams commits out of `git log`: metadata and message, no diffs, nothing held whole. */
import { CollectorError } from '../../errors.ts';
import { pattern } from '../../text/pattern.ts';
import { gitExit, lackOf, startGit, type Repository } from '../../git/process.ts';
import { secondsOf } from '../../git/seconds.ts';

/** A commit as git gives it; text is UTF-8 (git re-encodes what names its encoding). */
export interface RawCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  /** Raw names, without mailmap: some tools sign there. */
  readonly authorName: string;
  readonly authorEmail: string;
  readonly authoredAt: Date;
  readonly committerName: string;
  readonly committerEmail: string;
  readonly committedAt: Date;
  readonly message: string;
}

const FIELDS = ['%H', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'];
const FORMAT = `--format=tformat:${FIELDS.join('%x00')}`;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const western = new TextDecoder('windows-1252');

/** Text of bytes: UTF-8, else (a commit that does not name its encoding) the Western code page. */
export function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return western.decode(bytes);
  }
}

function toCommit(fields: readonly string[]): RawCommit {
  const [sha = '', parents = '', authorName = '', authorEmail = '', authored = ''] = fields;
  const [committerName = '', committerEmail = '', committed = '', message = ''] = fields.slice(5);
  const committedAt = secondsOf(committed, secondsOf(authored, 0));
  return {
    sha: sha.trim(),
    parents: parents === '' ? [] : parents.split(' '),
    authorName,
    authorEmail,
    authoredAt: new Date(secondsOf(authored, committedAt) * 1000),
    committerName,
    committerEmail,
    committedAt: new Date(committedAt * 1000),
    message,
  };
}

/** A field of which the middle is left out: what counts stands in the subject and in the trailers. */
const MAX_FIELD_BYTES = 4 << 20;

/** Bytes of one field as they come; of a huge one only both ends are kept. */
class FieldBytes {
  private parts: Buffer[] = [];
  private size = 0;

  add(part: Buffer): void {
    this.parts.push(part);
    this.size += part.length;
    if (this.size > 2 * MAX_FIELD_BYTES) {
      this.cut();
    }
  }

  private cut(): void {
    const all = Buffer.concat(this.parts);
    const half = MAX_FIELD_BYTES / 2;
    // A copy: a slice would keep the whole.
    this.parts = [Buffer.from(all.subarray(0, half)), Buffer.from(all.subarray(all.length - half))];
    this.size = MAX_FIELD_BYTES;
  }

  /** The text of the field; begins the next one. */
  take(): string {
    if (this.size > MAX_FIELD_BYTES) {
      this.cut();
    }
    const text = decode(this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts));
    this.parts = [];
    this.size = 0;
    return text;
  }
}

/** Splits a byte stream at NUL, a chunk's fields at a time; a field may be larger than any chunk. */
export async function* fieldsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const rest = new FieldBytes();
  for await (const chunk of stream) {
    const fields: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(0, start); end >= 0; end = chunk.indexOf(0, start)) {
      rest.add(chunk.subarray(start, end));
      fields.push(rest.take());
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.add(chunk.subarray(start));
    }
    yield fields;
  }
}

const FATAL = pattern`fatal: ([^\n]*)`;

/** git could not read the history, e.g. because commits are missing. */
export function historyFault(repo: Repository, stderr: string): CollectorError {
  // What is lacking may stand at its end already: it is said once, after the way out.
  const said = FATAL.exec(stderr)?.groups[0] ?? stderr.split('\n')[0] ?? '';
  const reason = said.replace(`.${lackOf(repo)}`, '');
  return new CollectorError({
    code: 'git_history',
    message: `The history of ${repo.place.gitDir} cannot be read: ${reason || 'no reason given'}. Check the clone with git fsck, or clone it again.${lackOf(repo)}`,
    fault: 'source',
  });
}

/**
 * Commits that `args` select, in git's order, some at a time.
 * @throws CollectorError `git_history` when git fails, e.g. on a damaged repository; the signal's reason when it is aborted.
 */
export async function* readLog(
  repo: Repository,
  args: readonly string[],
  signal?: AbortSignal
): AsyncGenerator<RawCommit[]> {
  signal?.throwIfAborted();
  const options = ['-c', 'i18n.logOutputEncoding=UTF-8', 'log', '-z', FORMAT, '--no-notes', '--no-mailmap'];
  const child = startGit(repo, [...options, ...args, '--'], signal);
  const ended = gitExit(child);
  // Whoever stops early does not wait for the end.
  ended.catch(() => undefined);
  child.stdin.end();
  try {
    let pending: string[] = [];
    for await (const fields of fieldsOf(child.stdout)) {
      pending = pending.length === 0 ? fields : [...pending, ...fields];
      const whole = pending.length - (pending.length % FIELDS.length);
      const commits: RawCommit[] = [];
      for (let at = 0; at < whole; at += FIELDS.length) {
        commits.push(toCommit(pending.slice(at, at + FIELDS.length)));
      }
      pending = pending.slice(whole);
      if (commits.length > 0) {
        yield commits;
      }
    }
    const { code, stderr } = await ended;
    if (code !== 0) {
      throw historyFault(repo, stderr);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    child.kill();
  }
}
