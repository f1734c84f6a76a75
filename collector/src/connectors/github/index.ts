import type { Connector } from '../../connector.ts';
import { gitUrl } from './client.ts';
import type { Section } from './config.ts';
import { namedChoices, namedSection } from './named.ts';
import { plan } from './plan/plan.ts';
import { builds } from './streams/builds.ts';
import { conflicts } from './streams/conflicts.ts';
import { deployments } from './streams/deployments.ts';
import { issues } from './streams/issues.ts';
import { olderPullRequests } from './streams/older-pull-requests.ts';
import { pullRequests } from './streams/pull-requests.ts';
import { reconcile } from './streams/reconcile.ts';
import { repositories, toldOf } from './streams/repositories.ts';
import { teams } from './streams/teams.ts';
import { webhook } from './webhook.ts';

/** GitHub.com and GitHub Enterprise Server, by token or App. */
export const connector: Connector<Section> = {
  id: 'github',
  title: 'GitHub',
  reads: 'pull requests with own commits and reviews, deployments, issues, runs and checks, teams',
  needs: 'a token or an App that may read them',
  gitUrl,
  toldOf,
  streams: [repositories, teams, pullRequests, deployments, issues, builds, conflicts, olderPullRequests, reconcile],
  pushes: [webhook],
  plan,
  named: {
    help: 'organisation, user or owner/repository of GitHub; the token is in GITHUB_TOKEN',
    keys: ['owners', 'repositories'],
    section: namedSection,
    choices: namedChoices,
  },
};
