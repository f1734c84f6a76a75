import { GROUNDS, onlyRows } from './looks.ts';
import { ask, type PanelSpec } from './parts.ts';

/** Which changes no board about production holds. */
export const KNOWN_DEPLOYMENTS: PanelSpec = {
  title: 'Are all deployments known?',
  description:
    'How many of the repositories with merged changes have a deployment to production in this range, and which have none: at most three by name, those of enough people. Without one its changes are in no number of this board. The whole store, whatever the filters say.',
  type: 'table',
  query: ask('readiness', { mode: 'grounds', format: 'table' }, []),
  transformations: [onlyRows({ 'Rests on': 'Deployments to production' })],
  columns: GROUNDS,
  width: 24,
  height: 5,
};
