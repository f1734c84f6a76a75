/** Streams commits out of `git log`: metadata and message, no diffs, nothing held whole. */
import { gitExit, startGit, type Repository } from '../../lifetimes/git.ts';
import { CollectorError } from '../../errors.ts';

/** A commit as git gives it; text is UTF-8 (git re-encodes, what it cannot becomes U+FFFD). */
export interface RawCommit {
  readonly sha: string;
  readonly parents: readonly string[];
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

/** Epoch seconds; git prints nothing for a date that it cannot read, then it is 1970. */
const at = (seconds: string): Date => new Date((Number(seconds) || 0) * 1000);

function toCommit(fields: readonly string[]): RawCommit {
  const [sha = '', parents = '', authorName = '', authorEmail = '', authored = '', committerName = '', committerEmail = '', committed = '', message = ''] = fields;
  return {
    sha: sha.trim(),
    parents: parents === '' ? [] : parents.split(' '),
    authorName,
    authorEmail,
    authoredAt: at(authored),
    committerName,
    committerEmail,
    committedAt: at(committed),
    message,
  };
}

/** Splits a byte stream at NUL; a field may span chunks. */
async function* fieldsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(0, start); end >= 0; end = chunk.indexOf(0, start)) {
      const last = chunk.subarray(start, end);
      yield (rest.length > 0 ? Buffer.concat([...rest, last]) : last).toString('utf8');
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start));
    }
  }
}

/**
 * Commits that `args` select, in git's order.
 * @throws CollectorError `git_history` when git fails, e.g. on a damaged repository.
 */
export async function* readLog(repo: Repository, args: readonly string[], signal?: AbortSignal): AsyncGenerator<RawCommit> {
  const child = startGit(repo, ['-c', 'i18n.logOutputEncoding=UTF-8', 'log', '-z', FORMAT, '--no-notes', '--no-mailmap', ...args, '--'], signal);
  const ended = gitExit(child);
  child.stdin.end();
  let fields: string[] = [];
  for await (const field of fieldsOf(child.stdout)) {
    fields.push(field);
    if (fields.length === FIELDS.length) {
      yield toCommit(fields);
      fields = [];
    }
  }
  const { code, stderr } = await ended;
  if (code !== 0 && !signal?.aborted) {
    throw new CollectorError({
      code: 'git_history',
      message: `git log failed on ${repo.gitDir}: ${stderr.split('\n')[0] ?? 'no reason given'}. Check the clone with git fsck, or clone it again.`,
      fault: 'source',
    });
  }
}
