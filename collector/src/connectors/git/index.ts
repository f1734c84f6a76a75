import type { Connector } from '../../connector.ts';
import { slugOf } from '../../git/source.ts';
import { history } from './history.ts';
import { notes } from './notes.ts';
import { plan } from './plan.ts';
import { sessions } from './session-notes.ts';
import { tags } from './tags.ts';

/** Local clones and remotes: commits, changes, reverts, tags as deployments, git-ai notes, sessions of AI tools. It reads `repositories`. */
export const connector: Connector = {
  id: 'git',
  title: 'git',
  reads: 'commits, changes, reverts, tags as deployments, git-ai notes, sessions of AI tools, line lifetimes',
  needs: 'a clone or a URL',
  nameOf: slugOf,
  streams: [history, tags, notes, sessions],
  isByScope: true,
  plan,
};
