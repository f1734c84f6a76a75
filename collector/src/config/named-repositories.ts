/** Repositories named on the command line join those of the configuration. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from './schema.ts';

/** A remote is a URL or scp-like; everything else is a folder. */
export const isRemote = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ||
  (/^[^/\\\s]+@?[^/\\\s]*:[^\\]/.test(text) && !existsSync(text) && !/^[a-z]:[\\/]/i.test(text));

/** The configuration with `--repo` values in place of its repositories; without any it stays as it is. */
export function withRepositories(config: Config, repos: readonly string[]): Config {
  if (repos.length === 0) {
    return config;
  }
  const given = repos.map((repo) => {
    const known = config.repositories.find(
      (candidate) =>
        candidate.url === repo || (candidate.path !== undefined && path.resolve(candidate.path) === path.resolve(repo))
    );
    return known ?? { ...(isRemote(repo) ? { url: repo } : { path: path.resolve(repo) }), notes_ref: 'refs/notes/ai' };
  });
  return { ...config, repositories: given };
}
