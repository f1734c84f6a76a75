import { z } from 'zod';
import type { Connector } from '../../connector.ts';
import { history } from './history.ts';
import { notes } from './notes.ts';
import { tags } from './tags.ts';
import type { GitConfig } from './schema.ts';

/** Local clones and remotes: commits, changes, reverts, tags as deployments, git-ai notes. */
export const git: Connector<GitConfig> = {
  id: 'git',
  title: 'git',
  // The repositories are checked with the whole configuration; the connector takes them as they are.
  config: z.custom<GitConfig>((value) => typeof value === 'object' && value !== null && 'repositories' in value),
  streams: [history, tags, notes],
};
