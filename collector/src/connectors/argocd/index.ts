import type { Connector, Push } from '../../connector.ts';
import { eachEntry } from '../../lenient.ts';
import { planOfFacts } from '../../planned.ts';
import { entriesOf, pushedEntries, tokenInHeader } from '../../push.ts';
import { applications } from './applications.ts';
import { argoOf } from './api.ts';
import type { Section } from './config.ts';
import { applicationPages } from './normalize.ts';
import { application } from './schema.ts';

const notifications: Push<Section> = {
  id: 'applications',
  verify: ({ tokens }) => (tokens.length === 0 ? null : tokenInHeader(tokens)),
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
  reads: 'deployments: syncs of applications (over the API, and the notifications webhook), rollbacks and failed syncs',
  needs:
    'a token of an account that may get applications; or one that you choose, and a template of notifications that its README has; or both',
  streams: [applications],
  pushes: [notifications],
  checks: (context) => (context.section.token === undefined ? [] : [{ what: 'applications', ask: () => argoOf(context).list() }]), // prettier-ignore
  plan: ({ section }) =>
    Promise.resolve(
      planOfFacts([
        section.token === undefined
          ? { fact: 'deployments', state: 'partly', because: 'applications of Argo CD that notify', step: null }
          : { fact: 'deployments', state: 'known', because: 'applications of Argo CD', step: null },
      ])
    ),
};
