/** What is asked about: repositories and range, and what they hold. */
import type pg from 'pg';
import { LEFT_TAGS, NONE_LEFT } from '../../collector/src/connectors/git/left-tags.ts';
import { count, counted } from './words.ts';

/** What --from and --to say; null = not given. */
export interface Range {
  readonly from: Date | null;
  readonly to: Date | null;
}

export interface Scope {
  /** Slugs to filter by; empty = all that the store holds. */
  readonly repositories: readonly string[];
  /** Slugs of the answer, and of what the store holds beside them. */
  readonly named: readonly string[];
  readonly left: readonly string[];
  readonly from: Date;
  readonly to: Date;
  /** Pull requests of all of them are read back to here; null = none are read from a forge. */
  readonly knownFrom: Date | null;
}

const YEAR_MS = 365 * 86_400_000;

const day = (at: Date): string => at.toISOString().slice(0, 10);

/**
 * Repositories as named, else all; range as asked, else the 12 months up to their newest data (a clone may have stopped years ago).
 * @param named Slugs of --repo; empty = none was given.
 */
export async function readScope(pool: pg.Pool, named: readonly string[], range: Range): Promise<Scope> {
  const { rows } = await pool.query<{ slug: string; newest: Date; known_from: Date | null }>(
    `select slug, known_from, newest from (
       select slug, changes_known_from as known_from, greatest(observed_until,
         (select max(merged_at) from change_fact f where f.repo_id = r.repo_id and changes_known_from is not null)) as newest
       from repo r where observed_until is not null or changes_known_from is not null) r
     where newest is not null order by slug`
  );
  const own = rows.filter(({ slug }) => named.length === 0 || named.includes(slug));
  const left = rows.filter((row) => !own.includes(row)).map(({ slug }) => slug);
  const newest = own.reduce((last, row) => Math.max(last, row.newest.getTime()), -Infinity);
  const known = own.flatMap((row) => row.known_from ?? []).map((at) => at.getTime());
  const to = range.to ?? new Date(Math.min(Number.isFinite(newest) ? newest + 1000 : Infinity, Date.now()));
  return {
    repositories: left.length === 0 ? [] : own.map(({ slug }) => slug),
    named: own.map(({ slug }) => slug),
    left,
    from: range.from ?? new Date(to.getTime() - YEAR_MS),
    to,
    knownFrom: known.length === 0 ? null : new Date(known.reduce((last, one) => Math.max(last, one), 0)),
  };
}

interface Held {
  readonly changes: number;
  readonly people: number;
  readonly marked: number;
  readonly human: number;
  readonly automation: number;
}

/** What the range holds of the repositories. */
export async function readHeld(pool: pg.Pool, { named, from, to }: Scope): Promise<Held> {
  const { rows } = await pool.query<Held>(
    `select count(*)::integer as changes, count(distinct responsible_id)::integer as people,
            count(*) filter (where author_kind <> 'automation' and code_source in ('ai_heavy', 'ai_assisted'))::integer as marked,
            count(*) filter (where author_kind <> 'automation' and code_source = 'human')::integer as human,
            count(*) filter (where author_kind = 'automation')::integer as automation
     from change_fact join repo using (repo_id) where slug = any($1) and merged_at >= $2 and merged_at < $3`,
    [named, from, to]
  );
  return rows[0] ?? { changes: 0, people: 0, marked: 0, human: 0, automation: 0 };
}

/** How far back the forge was read, where that does not cover the range. */
export async function readCoverage(pool: pg.Pool, { named, from, knownFrom }: Scope): Promise<string[]> {
  if (knownFrom === null || knownFrom <= from) {
    return [];
  }
  const { rows } = await pool.query<{ whole: number }>(
    'select count(*) filter (where changes_known_from <= $2)::integer as whole from repo where slug = any($1)',
    [named, from]
  );
  const whole = rows[0]?.whole ?? 0;
  const others =
    whole === 0 ? '' : ` (of ${String(whole)} of ${String(named.length)} repositories since before ${day(from)})`;
  return [`Pull requests are known from ${day(knownFrom)} on${others}; what is older is not in the answers yet.`];
}

/** What was left out of the tags, one sentence for each repository that has such tags. */
export async function readTagsLeft(pool: pg.Pool, { named }: Scope): Promise<string[]> {
  const { rows } = await pool.query<{ slug: string; reason: string }>(
    `select slug, reason from unnest($1::text[]) as slug join skipped on stream_id = 'git/tags/' || slug
     where item = $2 and reason <> $3 order by slug`,
    [named, LEFT_TAGS, NONE_LEFT]
  );
  return rows.map(({ slug, reason }) => `${slug}: ${reason}.`);
}

function namesOf({ named, left, repositories }: Scope): string {
  const names = named.slice(0, 5).join(', ') + (named.length > 5 ? ` and ${String(named.length - 5)} more` : '');
  const all = named.length === 1 ? names : `All ${counted(named.length, 'repository', 'repositories')} here: ${names}`;
  const others =
    left.length === 0
      ? ''
      : `; of what was collected before, ${left.slice(0, 3).join(', ')}${left.length > 3 ? ' …' : ''} ${left.length === 1 ? 'is' : 'are'} left out`;
  return `${repositories.length === 0 ? all : names}${others}`;
}

/** The head of the answers: about what they are. */
export function headOf(scope: Scope, held: Held): string[] {
  const { changes, people, marked, human, automation } = held;
  const unmarked = changes - marked - human - automation;
  const parts = [
    [marked, 'marked as written with AI'],
    [human, 'known to be human'],
    [unmarked, 'unmarked'],
    [automation, 'by automation (left out)'],
  ] as const;
  const mix = parts.filter(([size]) => size > 0).map(([size, words]) => `${count(size)} ${words}`);
  return [
    namesOf(scope),
    changes === 0
      ? `${day(scope.from)} to ${day(scope.to)}: no change was merged. Give an earlier --from.`
      : `${day(scope.from)} to ${day(scope.to)}: ${counted(changes, 'change')} by ${counted(people, 'person', 'people')}: ${mix.join(', ')}.`,
  ];
}
