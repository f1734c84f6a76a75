/**
 * Who asks, for the metrics whose rows are the asker's own. It is what Grafana says of the signed-in user in the plugin context, and nothing that
 * a query, variable, header or parameter says: the person's id is bound beside the params, under a name that no param may have.
 */
import type { Metric, Notice } from '../../metrics/define.ts';
import { BackendError } from '../errors.ts';
import type { EngineParts } from './run-metric.ts';

/** The signed-in user as Grafana vouches for them. */
export interface GrafanaUser {
  readonly login: string;
  readonly email: string;
}

/** The person, or why their numbers are not shown. */
export type Asker = { readonly me: string } | { readonly whyNot: Notice };

const said = (text: string): Asker => ({ whyNot: { severity: 'info', text } });

/** Setting `self_view` → the name of the Grafana account that counts, in words. */
const WAYS: Readonly<Record<string, { readonly of: (user: GrafanaUser) => string; readonly words: string }>> = {
  email: { of: ({ email }) => email, words: 'the e-mail address of your Grafana account' },
  sso: { of: ({ login }) => login, words: 'the login of your Grafana account, as the directory has it' },
  github: { of: ({ login }) => login, words: 'the login of your Grafana account, as GitHub has it' },
};

/** Logins of Grafana's own: service accounts, evaluation of rules, public dashboards. */
const NOBODY = /^(?:sa-|extsvc-|api-key|grafana_scheduler$|anonymous$|$)/i;

/** Own numbers are for somebody who looks: rules, terminals and assistants are nobody. @throws BackendError `own_numbers`. */
export function requireLooker(metric: Metric, isLooking: boolean): void {
  if (metric.ofAsker !== true || isLooking) return;
  throw new BackendError({
    code: 'own_numbers',
    status: 400,
    message: `${metric.title} shows people their own numbers on a board in Grafana, where they are signed in. Alert rules, public dashboards, scripts and assistants are nobody: ask another metric.`,
  });
}

/** Asks the store whose the name is. Nothing of it is kept: who is joined otherwise is somebody else at the next question. */
export async function findAsker(
  { store, info, signal }: Pick<EngineParts, 'store' | 'info' | 'signal'>,
  user: GrafanaUser | undefined
): Promise<Asker> {
  const { self_view: chosen } = info.settings;
  const way = typeof chosen === 'string' && Object.hasOwn(WAYS, chosen) ? WAYS[chosen] : undefined;
  if (way === undefined) {
    return said('not shown: own numbers are switched off. privacy.self_view of throughline.yaml switches them on.');
  }
  if (user === undefined || NOBODY.test(user.login) || NOBODY.test(way.of(user))) {
    return said(`not shown: nobody is signed in whom Grafana knows by name; you are found by ${way.words}.`);
  }
  const { rows } = await store.run(
    { text: 'select person_id, is_clear from self_person($1::text)', values: [way.of(user)] },
    { signal, maxRows: 1, isQuick: true }
  );
  const [found] = rows;
  if (found?.['is_clear'] === false) {
    return said(`not shown: ${way.words} may be several people's in this store. Whoever runs the collector can clear it (throughline people --conflicts).`); // prettier-ignore
  }
  const me = found?.['person_id'];
  return typeof me === 'string'
    ? { me }
    : said(`not shown: nobody in this store has ${way.words}. Whoever runs the collector can add it (people.csv, or throughline people --join).`); // prettier-ignore
}
