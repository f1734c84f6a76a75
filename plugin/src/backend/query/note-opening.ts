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

/** The store takes a note of 20 kB, with blanks that are added there. */
const MOST_BYTES = 8000;
/** How many values of a list stand in a note and how many characters of each: as many as fit. */
const CUTS: readonly Cut[] = [
  { values: Infinity, characters: Infinity },
  { values: 50, characters: 80 },
  { values: 10, characters: 40 },
  { values: 1, characters: 20 },
];
/** Fits always: there are few params and filters. */
const LEAST = { values: 0, characters: 20 };
type Cut = typeof LEAST;

/** What was asked for, as far as it is not what everybody is shown. However much it is: metric, mode, range, which filters and of how many values. */
function askedOf(prepared: Pick<PreparedQuery, 'parsed' | 'params' | 'from' | 'to'>): object {
  const fits = (asked: object): boolean => Buffer.byteLength(JSON.stringify(asked)) <= MOST_BYTES;
  return CUTS.map((cut) => askedWithin(prepared, cut)).find(fits) ?? askedWithin(prepared, LEAST);
}

function askedWithin(
  { parsed, params, from, to }: Pick<PreparedQuery, 'parsed' | 'params' | 'from' | 'to'>,
  cut: Cut
): object {
  const usual = defaultParams(parsed.metric);
  const chosen = Object.entries(params).filter(
    ([name, value]) => name === 'mode' || JSON.stringify(value) !== JSON.stringify(usual[name])
  );
  const filters = parsed.adhocFilters.map(({ key, operator, values }) => `${key} ${operator} ${listOf(values, cut).join('|')}`); // prettier-ignore
  return {
    metric: parsed.metric.id,
    ...Object.fromEntries(chosen.map(([name, value]) => [name, valueOf(value, cut)])),
    ...(filters.length === 0 ? {} : { filters }),
    from: from.toISOString(),
    to: to.toISOString(),
  };
}

function valueOf(value: unknown, cut: Cut): unknown {
  if (Array.isArray(value)) return listOf(value.map(String), cut);
  return typeof value === 'string' ? short(value, cut) : value;
}

function listOf(values: readonly string[], cut: Cut): readonly string[] {
  const told = values.slice(0, cut.values).map((value) => short(value, cut));
  const rest = values.length - told.length;
  return rest === 0 ? told : [...told, `… ${String(rest)} more of ${String(values.length)}`];
}

/** Half a pair of code units is none that the store takes. */
const short = (text: string, { characters }: Cut): string =>
  text.length <= characters ? text : `${text.slice(0, characters).toWellFormed()}…`;

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
