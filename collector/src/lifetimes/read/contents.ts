import type { ObjectReader } from '../../git/objects.ts';
import { gitExit, startGit, type GitProcess, type Repository } from '../../git/process.ts';

/** Contents by object id. */
export interface Contents {
  /** Null: missing or corrupt. */
  read(id: string): Promise<Buffer | null>;
  /** Bytes by id; those that are missing are absent. */
  sizes(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  close(): void;
}

/** Sizes come from a git process of their own, started with the first question, and are remembered. */
export function contentsIn(repo: Repository, objects: ObjectReader, signal?: AbortSignal): Contents {
  const known = new Map<string, number>();
  let child: GitProcess | null = null;
  let waiting: { lines: number; done: () => void }[] = [];
  let rest = '';

  function received(chunk: Buffer): void {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [id = '', size] = line.split(' ');
      if (/^\d+$/.test(size ?? '')) known.set(id, Number(size));
      const asked = waiting[0];
      if (asked && --asked.lines === 0) waiting.shift()?.done();
    }
  }

  function start(): GitProcess {
    const started = startGit(repo, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], signal);
    started.stdout.on('data', received);
    const ended = (): void => {
      if (child === started) child = null;
      for (const { done } of waiting) done();
      waiting = [];
    };
    gitExit(started).then(ended, ended);
    return started;
  }

  return {
    read: async (id) => (await objects.read(id))?.content ?? null,
    async sizes(ids) {
      const unknown = ids.filter((id) => !known.has(id));
      if (unknown.length > 0) {
        child ??= start();
        child.stdin.write(unknown.map((id) => `${id}\n`).join(''));
        await new Promise<void>((done) => void waiting.push({ lines: unknown.length, done }));
        signal?.throwIfAborted();
      }
      return known;
    },
    close: () => child?.stdin.end(),
  };
}
