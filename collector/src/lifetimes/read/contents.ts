import type { ObjectReader } from '../../git/objects.ts';
import { runGit, type Repository } from '../../git/process.ts';

/** Contents by object id. */
export interface Contents {
  /** Null: missing or corrupt. */
  read(id: string): Promise<Buffer | null>;
  /** Bytes by id; those that are missing are absent. */
  sizes(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

export function contentsIn(repo: Repository, objects: ObjectReader): Contents {
  return {
    read: async (id) => (await objects.read(id))?.content ?? null,
    async sizes(ids) {
      const args = ['cat-file', '--batch-check=%(objectname) %(objectsize)'];
      const out = await runGit(repo, args, { input: ids.map((id) => `${id}\n`).join('') });
      const sizes = new Map<string, number>();
      for (const [, id = '', size] of out.toString('latin1').matchAll(/^([0-9a-f]+) (\d+)$/gm))
        sizes.set(id, Number(size));
      return sizes;
    },
  };
}
