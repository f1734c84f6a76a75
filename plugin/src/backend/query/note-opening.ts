/**
 * Notes who was shown rows behind numbers, before they are shown. It is the one thing that is written from here, by a function of the store that
 * adds a row and does nothing else (docs/decisions/0008-who-opened-evidence.md). What cannot be noted is not shown.
 */
import type { Metric, Notice } from '../../metrics/define.ts';
import { defaultParams } from '../../metrics/query.ts';
import type { EngineParts, PreparedQuery } from './run-metric.ts';

/** Who it is shown to. */
export interface Opener {
  readonly orgId: number;
  /** As Grafana says; '' = it does not. */
  readonly login: string;
  readonly role: string;
}

/** Metrics of which it is noted, while the organisation wants it (setting `log_evidence`; absent = it does). */
const isNoted = (metric: Metric, settings: Readonly<Record<string, unknown>>): boolean =>
  metric.listsUnits === true && settings['log_evidence'] !== false;

/** What was asked for, as far as it is not what everybody is shown. */
function askedOf({ parsed, params, from, to }: Pick<PreparedQuery, 'parsed' | 'params' | 'from' | 'to'>): object {
  const usual = defaultParams(parsed.metric);
  const chosen = Object.entries(params).filter(
    ([name, value]) => name === 'mode' || JSON.stringify(value) !== JSON.stringify(usual[name])
  );
  const filters = parsed.adhocFilters.map(({ key, operator, values }) => `${key} ${operator} ${values.join('|')}`);
  return {
    metric: parsed.metric.id,
    ...Object.fromEntries(chosen),
    ...(filters.length === 0 ? {} : { filters }),
    from: from.toISOString(),
    to: to.toISOString(),
  };
}

/** Null = it stands in the store, or need not; else why the rows are not shown. */
export async function noteOpening(
  { store, info, signal }: Pick<EngineParts, 'store' | 'info' | 'signal'>,
  prepared: Pick<PreparedQuery, 'parsed' | 'params' | 'from' | 'to'>,
  { opener, rowCount }: { readonly opener: Opener; readonly rowCount: number }
): Promise<Notice | null> {
  if (rowCount === 0 || !isNoted(prepared.parsed.metric, info.settings)) return null;
  const { orgId, login, role } = opener;
  try {
    await store.run(
      {
        text: 'select note_evidence_opened($1::bigint, $2::text, $3::text, $4::jsonb, $5::integer)',
        values: [orgId, login, role, JSON.stringify(askedOf(prepared)), rowCount],
      },
      { signal, maxRows: 1, isNote: true }
    );
    return null;
  } catch {
    return {
      severity: 'warning',
      text: 'hidden: rows behind numbers are shown only once it is noted who opened them, and the store took no note. It may be a copy that takes no writes; privacy.log_evidence: false of throughline.yaml shows them without a note.',
    };
  }
}
