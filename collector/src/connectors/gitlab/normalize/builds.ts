/** Pipelines and their jobs as rows of `build`: a pipeline is a run, a job a check of it. Pure. */
import type { HouseRow } from '../../../connector.ts';
import { entryOf } from '../../../foreign.ts';
import type { Naming } from '../../../forge/signatures.ts';
import { pattern } from '../../../text/pattern.ts';
import type { Job, Pipeline } from '../schema-graphql.ts';
import { accountOf, userRow } from './accounts.ts';

/** What waits (for a person, a time, a runner) or runs has no result. */
const RESULTS: Readonly<Record<string, string>> = {
  SUCCESS: 'success',
  FAILED: 'failure',
  CANCELED: 'cancelled',
  SKIPPED: 'skipped',
};
/** Jobs that nobody started: they never ran. */
const NEVER: ReadonlySet<string> = new Set(['MANUAL', 'SCHEDULED', 'SKIPPED', 'CREATED']);
/** A job that is tried again this soon after it failed is so by `retry:` of its definition: its pipeline had not ended. */
const BY_ITSELF_MS = 60_000;
const MAX_NAME = 300;

const OF_REQUEST = pattern`^refs/merge-requests/(\d{1,10})/(?:head|merge|train)$`;

/** Number of the merge request that a pipeline is of, by its ref; null = it is of a branch or tag. */
export function requestOf({ ref }: Pick<Pipeline, 'ref'>): number | null {
  const number = OF_REQUEST.exec(ref ?? '')?.groups[0];
  return number == null ? null : Number(number);
}

const numberOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

interface Try {
  readonly job: Job;
  /** From 1, by the name of the job. */
  readonly attempt: number;
  /** Whether the pipeline had ended with the try before. */
  readonly isAgain: boolean;
}

/** Jobs with their tries: GitLab keeps a job that is run again, and adds another of its name. */
function triesOf({ jobs }: Pipeline): Try[] {
  const byName = new Map<string, Job[]>();
  const all = [...(jobs?.nodes ?? [])].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || Number(numberOf(a.id)) - Number(numberOf(b.id))); // prettier-ignore
  for (const job of all) byName.set(job.name ?? '', [...(byName.get(job.name ?? '') ?? []), job]);
  return [...byName.values()].flatMap((some) =>
    some.map((job, index): Try => {
      const before = some[index - 1]?.finishedAt ?? null;
      const isAgain = before !== null && job.createdAt.getTime() - before.getTime() > BY_ITSELF_MS;
      return { job, attempt: index + 1, isAgain };
    })
  );
}

const ranAt = (times: readonly (Date | null | undefined)[], pick: (a: number, b: number) => number): Date | null => {
  const known = times.flatMap((at) => (at ? [at.getTime()] : []));
  return known.length === 0 ? null : new Date(known.reduce((a, b) => pick(a, b)));
};

export interface BuildContext extends Naming {
  /** Merge request that a pipeline is for; null = none. */
  readonly requestFor: (pipeline: Pipeline) => number | null;
  /** Page of the server. */
  readonly base: string;
}

/**
 * A pipeline as its attempts: GitLab keeps it when failed jobs are run again, and tells its last state alone. What it was before follows from
 * the first tries of its jobs, so that a pipeline that is run again a year later took no year.
 */
function attemptsOf(pipeline: Pipeline, tries: readonly Try[]): readonly Record<string, Date | number | string | null>[] {
  const { startedAt = null, finishedAt = null, createdAt } = pipeline;
  const result = entryOf(RESULTS, pipeline.status) ?? null;
  const again = tries.filter(({ isAgain }) => isAgain);
  const whole = { attempt: 1, queued_at: createdAt, started_at: startedAt, finished_at: result === null ? null : finishedAt, result };
  if (again.length === 0) return [whole];
  const later = new Set(again.map(({ job }) => job));
  const isLater = ({ job, attempt }: Try): boolean => later.has(job) || tries.some((one) => later.has(one.job) && one.job.name === job.name && one.attempt < attempt);
  const firsts = tries.filter((one) => !isLater(one) && !NEVER.has(one.job.status ?? ''));
  const isFailed = firsts.some(({ job, attempt }) => job.status === 'FAILED' && job.allowFailure !== true && !firsts.some((one) => one.job.name === job.name && one.attempt > attempt));
  const first = { ...whole, finished_at: ranAt(firsts.map(({ job }) => job.finishedAt), Math.max), result: isFailed ? 'failure' : 'success' };
  const second = { ...whole, attempt: 2, queued_at: null, started_at: ranAt(again.map(({ job }) => job.startedAt), Math.min) };
  return [first, second];
} // prettier-ignore

function jobRow({ job, attempt }: Try, pipeline: Pipeline, { provider, base }: BuildContext): HouseRow | null {
  const status = job.status ?? '';
  const hasNotRun = NEVER.has(status) && (job.startedAt ?? null) === null && status !== 'SKIPPED';
  const result = entryOf(RESULTS, status) ?? null;
  return hasNotRun
    ? null
    : {
        table: 'build',
        values: {
          source: provider,
          external_id: `job/${numberOf(job.id)}`,
          attempt,
          kind: 'check',
          name: (job.name ?? numberOf(job.id)).slice(0, MAX_NAME),
          event: pipeline.source ?? null,
          branch: pipeline.ref ?? null,
          sha: pipeline.sha,
          queued_at: job.queuedAt ?? null,
          started_at: job.startedAt ?? null,
          finished_at: result === null ? null : (job.finishedAt ?? null),
          result,
          ...(job.allowFailure === true ? { is_required: false } : {}),
          web_url: job.webPath == null ? null : `${base}${job.webPath}`,
        },
      };
}

/** A pipeline without jobs is a run of its own; so is one whose jobs wait for a person. */
export function pipelineRows(pipeline: Pipeline, context: BuildContext): HouseRow[] {
  const tries = triesOf(pipeline);
  const number = context.requestFor(pipeline);
  const key = number === null ? null : String(number);
  const runs = attemptsOf(pipeline, tries).map((attempt): HouseRow => ({
    table: 'build',
    values: {
      source: context.provider,
      external_id: `pipeline/${numberOf(pipeline.id)}`,
      kind: 'run',
      name: (pipeline.name ?? 'pipeline').slice(0, MAX_NAME),
      event: pipeline.source ?? null,
      branch: pipeline.ref ?? null,
      sha: pipeline.sha,
      change_key: key,
      account_id: accountOf(pipeline.user, context),
      web_url: pipeline.path == null ? null : `${context.base}${pipeline.path}`,
      ...attempt,
    },
  }));
  const jobs = tries.flatMap((one) => {
    const row = jobRow(one, pipeline, context);
    return row === null ? [] : [{ ...row, values: { ...row.values, change_key: key } }];
  });
  return [...userRow(pipeline.user, context), ...runs, ...jobs];
}
