import type { Connector } from '../../connector.ts';
import { gitUrl } from './client.ts';
import type { Section } from './config.ts';
import { namedChoices, namedSection } from './named.ts';
import { plan } from './plan/plan.ts';
import { builds } from './streams/builds.ts';
import { conflicts } from './streams/conflicts.ts';
import { deployments } from './streams/deployments.ts';
import { issues } from './streams/issues.ts';
import { mergeRequests } from './streams/merge-requests.ts';
import { olderMergeRequests } from './streams/older-merge-requests.ts';
import { reconcile } from './streams/reconcile.ts';
import { repositories } from './streams/repositories.ts';
import { teams } from './streams/teams.ts';
import { webhook } from './webhook.ts';

/** GitLab.com and GitLab of one's own, by access token. */
export const connector: Connector<Section> = {
  id: 'gitlab',
  title: 'GitLab',
  reads:
    'merge requests with own commits, reviews and approvals, deployments, pipelines and jobs, issues, incidents, groups',
  needs: 'an access token with `read_api`',
  gitUrl,
  streams: [repositories, teams, mergeRequests, deployments, issues, builds, conflicts, olderMergeRequests, reconcile],
  pushes: [webhook],
  plan,
  named: {
    help: 'group, user or project of GitLab by full path or address; the token is in GITLAB_TOKEN, another server in GITLAB_URL',
    keys: ['paths'],
    section: namedSection,
    choices: namedChoices,
  },
};
