import type { Connector, Push } from '../../connector.ts';
import { eachEntry } from '../../lenient.ts';
import { planOfFacts } from '../../planned.ts';
import { entriesOf, pushedEntries, tokenInHeader } from '../../push.ts';
import type { Section } from './config.ts';
import { applicationPages } from './normalize.ts';
import { application } from './schema.ts';

const applications: Push<Section> = {
  id: 'applications',
  verify: ({ tokens }) => tokenInHeader(tokens),
  normalize: ({ body }, { section, now }) =>
    pushedEntries(
      eachEntry(entriesOf(body), 'application', (one) => application.parse(one)),
      (app) => applicationPages(app, { section, now: now() }),
      (refused) => refused
    ),
};

export const connector: Connector<Section> = {
  id: 'argocd',
  title: 'Argo CD',
  reads: 'deployments: syncs of applications (notifications webhook), rollbacks and failed syncs',
  needs: 'a token that you choose, and a template of notifications that its README has',
  streams: [],
  pushes: [applications],
  plan: () =>
    Promise.resolve(
      planOfFacts([
        { fact: 'deployments', state: 'partly', because: 'applications of Argo CD that notify', step: null },
      ])
    ),
};
