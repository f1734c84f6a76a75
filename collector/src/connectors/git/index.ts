import type { Connector } from '../../connector.ts';
import { slugOf } from '../../git/source.ts';
import { history } from './history.ts';
import { notes } from './notes.ts';
import { plan } from './plan.ts';
import { tags } from './tags.ts';

/** Local clones and remotes: commits, changes, reverts, tags as deployments, git-ai notes. It reads `repositories`. */
export const connector: Connector = {
  id: 'git',
  title: 'git',
  reads: 'commits, changes, reverts, tags as deployments, git-ai notes, line lifetimes',
  needs: 'a clone or a URL',
  nameOf: slugOf,
  streams: [history, tags, notes],
  isByScope: true,
  plan,
};
