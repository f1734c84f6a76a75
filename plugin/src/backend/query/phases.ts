/** Phases of throughline.yaml (table `phase`) that an answer compares. */
import type { Phase } from '../../metrics/define.ts';
import { countedOf, filtersOf, type Asked } from './gate/find-described.ts';
import { readRows } from './gate/while-facts-stay.ts';
import type { EngineParts } from './run-metric.ts';

const PHASES = 'select title, started_at, ended_at, team_id from phase order by phase_no';

/**
 * In order: those of the team that alone is asked for, where it has some, else those of everyone. Each to its last day, a running one to the end of
 * the range; one that begins later is empty. Where the range begins makes no difference: a phase cut in two would be another one.
 * Undefined = the question is not about phases.
 */
export async function readPhases(
  parts: EngineParts,
  { to, ...asked }: Asked & { readonly to: Date }
): Promise<readonly Phase[] | undefined> {
  if (countedOf(asked)?.shows !== 'phases') return undefined;
  const [, teams = []] = filtersOf(asked).find(([name]) => name === 'team') ?? [];
  const rows = await readRows(parts, { text: PHASES, values: [] });
  const own = teams.length === 1 ? rows.filter((row) => row['team_id'] === teams[0]) : [];
  const chosen = own.length > 0 ? own : rows.filter((row) => row['team_id'] === null);
  return chosen.map((row): Phase => {
    const [from, endsAt] = [row['started_at'] as Date, row['ended_at'] as Date | null];
    const end = endsAt !== null && endsAt < to ? endsAt : to;
    return { title: String(row['title']), from, to: end < from ? from : end, endsAt };
  });
}
