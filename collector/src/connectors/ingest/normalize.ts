/** What was sent → house rows. Pure. */
import { accountKind } from '../../attribution/account-kind.ts';
import type { HouseRow, PushContext, PushedPage } from '../../connector.ts';
import { environmentOf } from '../../import/environments.ts';
import { incidentRows } from '../../incident-rows.ts';
import type { Section } from './config.ts';
import type { Build, Change, Deploy, Incident, Person, Review } from './schema.ts';

export interface Context extends PushContext<Section> {
  /** See `account.trust`. */
  readonly trust: 0 | 1;
}

/** A page, and what its sender should know of it. */
export interface Sent extends PushedPage {
  readonly notices: readonly string[];
}

const page = (repository: string | null, rows: readonly HouseRow[], notices: readonly string[] = []): Sent => ({
  repository,
  rows,
  notices,
});

/** States sort by the instant that their sender gives, else by the last one that they tell of. */
function stateOrder(updated: Date | null | undefined, ...told: ReadonlyArray<Date | null | undefined>): string {
  const last = told.reduce((latest, at) => Math.max(latest, at?.getTime() ?? 0), 0);
  return (updated ?? new Date(last)).toISOString();
}

function environment(given: string): { name: string; notices: string[] } {
  const { name, notice } = environmentOf(given);
  return { name, notices: notice === null ? [] : [notice] };
}

export function deployPage(given: Deploy, { now }: Context): Sent {
  const { repo = null, sha = null, ref = null } = given.commits?.[0] ?? given;
  const service = given.service ?? repo ?? '';
  const { name, notices } = environment(given.environment);
  const finishedAt = given.finished_at ?? now();
  const values = {
    source: given.source,
    external_id: given.id,
    service_id: service,
    environment: name,
    sha,
    ref,
    started_at: given.started_at ?? null,
    finished_at: finishedAt,
    result: given.status,
    kind: given.kind ?? (given.rollback_of ? 'rollback' : 'unknown'),
    rollback_of: given.rollback_of ?? null,
    is_degraded: given.is_degraded,
    web_url: given.url ?? null,
    state_order: stateOrder(given.updated_at, finishedAt),
  };
  const without =
    sha === null ? ['a deployment without sha counts in frequency and failures, but ships no known change'] : [];
  return page(
    repo,
    [
      { table: 'service', values: { service_id: service, title: service } },
      { table: 'deployment', values: repo === null ? { ...values, repo_id: null } : values },
    ],
    [...notices, ...without]
  );
}

const idOf = ({ values: { account_id: id } }: HouseRow): string | null => (typeof id === 'string' ? id : null);

export function incidentPage(given: Incident, context: Context): Sent {
  const responder = given.responder ? accountOf(given.responder, given.source, context) : null;
  const { rows, skips, notices } = incidentRows(
    {
      source: given.source,
      id: given.id,
      service: given.service ?? null,
      environment: given.environment,
      title: given.title ?? given.id,
      severity: given.severity ?? null,
      startedAt: given.started_at,
      detectedAt: given.detected_at ?? null,
      acknowledgedAt: given.acknowledged_at ?? null,
      responderAccountId: responder === null ? null : idOf(responder),
      resolvedAt: given.resolved_at ?? null,
      causeSha: given.cause_sha ?? null,
      causeDeployment: given.deployment ?? null,
      text: given.text ?? '',
      isCustomerReported: given.customer_reported,
      isSecurity: given.security,
      url: given.url ?? null,
      state: stateOrder(given.updated_at, given.started_at, given.acknowledged_at, given.resolved_at),
    },
    context.now()
  );
  return {
    repository: null,
    rows: responder === null || rows.length === 0 ? rows : [responder, ...rows],
    skips,
    notices,
  };
}

/** By its address, as git knows it; else by its login at the source. */
export function accountOf(who: Person, source: string, { accountId, trust }: Context): HouseRow {
  const { email = null, login = null, name = null } = who;
  // By address where there is one: it is the same account as the one that git knows.
  const provider = email === null ? source : 'git';
  return {
    table: 'account',
    values: {
      account_id: accountId(provider, email ?? login ?? ''),
      provider,
      email,
      login,
      display_name: name,
      kind: who.is_bot ? 'automation' : accountKind({ name, email, login }),
      trust,
    },
  };
}

/** A forge's word on a change weighs more than what git history lets guess. */
const FORGE_RANK = 10;

export function changePage(given: Change, context: Context): Sent {
  const author = given.author ? accountOf(given.author, given.source, context) : null;
  return page(given.repo, [
    ...(author === null ? [] : [author]),
    {
      table: 'change',
      values: {
        change_key: given.number,
        kind: 'pull_request',
        title: given.title,
        branch: given.branch ?? null,
        labels: given.labels,
        author_account_id: author?.values['account_id'] ?? null,
        created_at: given.created_at,
        first_ready_at: given.first_ready_at ?? given.created_at,
        first_commit_at: given.first_commit_at ?? null,
        merged_at: given.merged_at ?? null,
        closed_at: given.closed_at ?? given.merged_at ?? null,
        merge_sha: given.merge_sha ?? null,
        head_sha: given.head_sha ?? null,
        web_url: given.url ?? null,
        source: given.source,
        source_rank: FORGE_RANK,
        state_order: stateOrder(
          given.updated_at,
          given.created_at,
          given.first_ready_at,
          given.merged_at,
          given.closed_at
        ),
      },
    },
  ]);
}

export function reviewPage(given: Review, context: Context): Sent {
  const reviewer = accountOf(given.reviewer, given.source, context);
  return page(given.repo, [
    reviewer,
    {
      table: 'change_event',
      values: {
        change_key: given.number,
        event_id: `${given.source}:review:${given.id}`,
        at: given.submitted_at,
        account_id: reviewer.values['account_id'] ?? null,
        kind: 'review',
        state: given.state,
      },
    },
  ]);
}

export const buildPage = (given: Build): Sent =>
  page(given.repo, [
    {
      table: 'build',
      values: {
        source: given.source,
        external_id: given.id,
        attempt: given.attempt,
        kind: given.kind,
        name: given.name,
        event: given.event ?? null,
        branch: given.branch ?? null,
        sha: given.sha ?? null,
        change_key: given.number ?? null,
        account_id: null,
        queued_at: given.queued_at ?? null,
        started_at: given.started_at ?? null,
        finished_at: given.finished_at ?? null,
        result: given.result ?? null,
        is_required: given.is_required ?? null,
        web_url: given.url ?? null,
      },
    },
  ]);
