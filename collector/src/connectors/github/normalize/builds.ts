/** Runs of GitHub Actions and their jobs by attempt, and the checks of the last commit of a pull request. Pure. */
import type { HouseRow, Replaced } from '../../../connector.ts';
import { entryOf } from '../../../foreign.ts';
import type { Job } from '../schema-suites.ts';
import type { Check, Pull, Run } from '../schema.ts';
import { accountOf, actorRow, type Naming } from './accounts.ts';

const RESULTS: Readonly<Record<string, string>> = {
  success: 'success',
  failure: 'failure',
  error: 'failure',
  startup_failure: 'failure',
  cancelled: 'cancelled',
  stale: 'cancelled',
  skipped: 'skipped',
  neutral: 'neutral',
  timed_out: 'timed_out',
  action_required: 'action_required',
};

/** Null = it is running, or ended in a way that nobody has told us of. */
const resultOf = (conclusion: string | null | undefined): string | null =>
  entryOf(RESULTS, (conclusion ?? '').toLowerCase()) ?? null;

interface Checked {
  readonly id: string;
  readonly name: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly result: string | null;
  readonly url: string | null;
}

/** A check run, or a status of somebody who writes no check runs: of that only when it was set. */
function read(check: Check): Checked | null {
  const { id } = check;
  if (check.__typename === 'CheckRun') {
    const { name, startedAt = null, completedAt = null, detailsUrl: url = null } = check;
    return id === undefined || name === undefined
      ? null
      : { id, name, startedAt, finishedAt: completedAt, result: resultOf(check.conclusion), url };
  }
  const { context: name, createdAt = null, targetUrl: url = null } = check;
  const result = resultOf(check.state);
  return id === undefined || name === undefined
    ? null
    : { id, name, startedAt: null, finishedAt: result === null ? null : createdAt, result, url };
}

/** Runs for a pull request. Of such a run of a fork the branch may be called as the default branch here. */
export const isForPull = (event: string | null | undefined): boolean => (event ?? '').startsWith('pull_request');

/** Whether a check is a job of a run of another branch, to which the same commit came: such jobs are told with their run, by attempt. */
function isOfOtherRun({ checkSuite }: Check, pull: Pull, branch: string | null): boolean {
  const on = checkSuite?.branch?.name;
  const run = checkSuite?.workflowRun;
  return run != null && on !== undefined && !isForPull(run.event) && (on === branch || on !== pull.headRefName);
}

/** Checks of the last commit. @param naming With the default branch. */
export function checkRows(pull: Pull, { provider, branch }: Naming & { readonly branch: string | null }): HouseRow[] {
  return (pull.last?.nodes ?? []).flatMap((node) => {
    const sha = node?.commit.oid ?? null;
    const checks = node?.commit.statusCheckRollup?.contexts.nodes ?? [];
    return checks
      .map((check) => (check === null || isOfOtherRun(check, pull, branch) ? null : read(check)))
      .filter((check) => check !== null)
      .map((check) => ({
        table: 'build' as const,
        values: {
          source: provider,
          external_id: check.id,
          attempt: 1,
          kind: 'check',
          name: check.name.slice(0, 300),
          branch: pull.headRefName,
          sha,
          change_key: String(pull.number),
          started_at: check.startedAt,
          finished_at: check.finishedAt,
          result: check.result,
          web_url: check.url,
        },
      }));
  });
}

/** What its checks replace: those of a commit that is not the last any more, and earlier tries. */
export const checksReplaced = ({ number }: Pull, { provider }: Naming): Replaced => ({
  table: 'build',
  values: { source: provider, kind: 'check', change_key: String(number) },
});

/** A run as its newest attempt is: an earlier one keeps its row. */
export function runRows(run: Run, naming: Naming): HouseRow[] {
  const who = run.triggering_actor;
  const actor = who ? { __typename: who.type ?? 'User', login: who.login, databaseId: who.id } : null;
  const isDone = run.status === 'completed';
  return [
    ...actorRow(actor, naming),
    {
      table: 'build',
      values: {
        source: naming.provider,
        external_id: String(run.id),
        attempt: run.run_attempt ?? 1,
        kind: 'run',
        name: (run.name ?? run.path ?? String(run.id)).slice(0, 300),
        event: run.event ?? null,
        branch: run.head_branch ?? null,
        sha: run.head_sha,
        change_key: run.pull_requests?.[0] ? String(run.pull_requests[0].number) : null,
        account_id: accountOf(actor, naming),
        queued_at: (run.run_attempt ?? 1) === 1 ? run.created_at : null,
        started_at: run.run_started_at ?? null,
        finished_at: isDone ? run.updated_at : null,
        result: isDone ? resultOf(run.conclusion) : null,
        web_url: run.html_url ?? null,
      },
    },
  ];
}

/** A job of one attempt of a run. It has no change: what a change's checks replace never takes it away. @param run As that attempt is. */
export function jobRow(job: Job, run: Run, naming: Naming): HouseRow {
  const who = run.triggering_actor;
  const isDone = job.status === 'COMPLETED';
  return {
    table: 'build',
    values: {
      source: naming.provider,
      external_id: job.id,
      attempt: run.run_attempt ?? 1,
      kind: 'check',
      name: job.name.slice(0, 300),
      event: run.event ?? null,
      branch: run.head_branch ?? null,
      sha: run.head_sha,
      account_id: accountOf(
        who ? { __typename: who.type ?? 'User', login: who.login, databaseId: who.id } : null,
        naming
      ),
      started_at: job.startedAt ?? null,
      finished_at: isDone ? (job.completedAt ?? null) : null,
      result: isDone ? resultOf(job.conclusion) : null,
      web_url: job.detailsUrl ?? null,
    },
  };
}
