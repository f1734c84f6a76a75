/**
 * The CSV files that can be imported: columns, keys and what a row becomes. One entry a file kind; nothing else knows them.
 * Own format; RFC 4180, UTF-8, dates are UTC days, instants ISO 8601.
 */
import type { HouseRow } from '../connector.ts';
import { date, email, fraction, instant, integer, list, oneOf, sha, text } from './cells.ts';
import { anySha, deployed, environment, overrideTarget } from './delivery-cells.ts';
import { repoOf, str } from './row-values.ts';
import { may, need, row, type FileKind, type ImportContext, type Values } from './file-kind.ts';
import { TOOL_FILES } from './tool-files.ts';

const ACCOUNT_COLUMNS: ReadonlyArray<readonly [column: string, provider: string, kind: 'email' | 'login']> = [
  ['email', 'git', 'email'],
  ['github_login', 'github', 'login'],
  ['cursor_email', 'cursor', 'email'],
  ['claude_email', 'claude-code', 'email'],
  ['linear_email', 'linear', 'email'],
  ['jira_account_id', 'jira', 'login'],
  ['pagerduty_id', 'pagerduty', 'login'],
];

/** Source of claims. */
export const PEOPLE_FILE = 'people.csv';

function peopleRows(values: Values, context: ImportContext): HouseRow[] {
  const personId = context.personId(String(values.person_key));
  const account = (provider: string, kind: 'email' | 'login' | 'external_id', key: string): HouseRow[] => {
    const accountId = context.accountId(provider, key);
    return [
      row('account', { account_id: accountId, provider, [kind]: key, kind: 'human' }),
      row('account_claim', {
        account_id: accountId,
        person_id: personId,
        source: PEOPLE_FILE,
        valid_from: values.valid_from ?? null,
        valid_to: values.valid_to ?? null,
      }),
    ];
  };
  const number = typeof values.github_id === 'number' ? values.github_id : null;
  const ofGithub = str(values.github_login);
  const byNumber =
    number === null
      ? []
      : account('github', ofGithub === null ? 'external_id' : 'login', ofGithub ?? `github.com:${String(number)}`).map(
          (one) =>
            one.table === 'account'
              ? row('account', { ...one.values, external_id: `github.com:${String(number)}` })
              : one
        );
  const named = ACCOUNT_COLUMNS.flatMap(([column, provider, kind]) => {
    const key = str(values[column]);
    return key === null ? [] : account(provider, kind, kind === 'email' ? key.toLowerCase() : key);
  });
  const further = (str(values.git_emails) ?? '').split(';').filter(Boolean);
  return [
    row('person', { person_id: personId, kind: 'human', experience_start: values.experience_start ?? null }),
    ...named,
    ...byNumber,
    ...further.flatMap((address) => account('git', 'email', address.trim().toLowerCase())),
    row('team', { team_id: String(values.team), title: String(values.team), source: 'csv' }),
    row('membership', {
      person_id: personId,
      team_id: String(values.team),
      valid_from: values.valid_from ?? null,
      valid_to: values.valid_to ?? null,
      is_primary: true,
      role: values.role ?? null,
    }),
  ];
}

function deploymentRows(values: Values, context: ImportContext): HouseRow[] {
  const { repoId, sha: commit } = deployed(values, context);
  return [
    row('service', { service_id: String(values.service), title: String(values.service) }),
    row('deployment', {
      source: str(values.source) ?? 'csv',
      external_id: String(values.id),
      service_id: String(values.service),
      environment: environment(values.environment, context),
      repo_id: repoId,
      sha: commit,
      ref: values.ref ?? null,
      started_at: values.started_at ?? null,
      finished_at: values.finished_at ?? null,
      result: String(values.status),
      kind: str(values.kind) ?? (values.rollback_of ? 'rollback' : 'unknown'),
      rollback_of: values.rollback_of ?? null,
      web_url: values.url ?? null,
    }),
  ];
}

/** File kinds by the file's base name without `.csv`. */
export const FILE_KINDS: Readonly<Record<string, FileKind>> = {
  teams: {
    table: 'team',
    columns: {
      team: need(text),
      title: may(text),
      parent_team: may(text),
      cost_center: may(text),
      time_zone: may(text),
    },
    toRows: (values) => [
      row('team', {
        team_id: String(values.team),
        title: str(values.title) ?? String(values.team),
        parent_team_id: values.parent_team ?? null,
        cost_center: values.cost_center ?? null,
        time_zone: values.time_zone ?? null,
        source: 'csv',
      }),
    ],
  },
  people: {
    table: 'membership',
    columns: {
      person_key: need(text),
      email: may(email),
      github_login: may(text),
      github_id: may(integer),
      git_emails: may(text),
      cursor_email: may(email),
      claude_email: may(email),
      linear_email: may(email),
      jira_account_id: may(text),
      pagerduty_id: may(text),
      team: need(text),
      role: may(text),
      experience_start: may(date),
      valid_from: need(instant),
      valid_to: may(instant),
    },
    toRows: peopleRows,
  },
  deployments: {
    table: 'deployment',
    columns: {
      id: need(text),
      source: may(text),
      service: need(text),
      environment: need(text),
      status: need(oneOf('success', 'failure', 'cancelled')),
      started_at: may(instant),
      finished_at: need(instant),
      repo: may(text),
      sha: may(sha),
      ref: may(text),
      kind: may(oneOf('planned', 'rollback', 'hotfix', 'unknown')),
      rollback_of: may(text),
      url: may(text),
    },
    toRows: deploymentRows,
  },
  incidents: {
    table: 'incident',
    columns: {
      id: need(text),
      source: need(text),
      title: may(text),
      service: need(text),
      environment: may(text),
      severity: may(oneOf('s1', 's2', 's3', 's4')),
      started_at: need(instant),
      acknowledged_at: may(instant),
      resolved_at: may(instant),
      cause_sha: may(sha),
      customer_reported: may(oneOf('true', 'false')),
      security: may(oneOf('true', 'false')),
      url: may(text),
    },
    toRows: (values, context) => [
      row('incident', {
        source: String(values.source),
        external_id: String(values.id),
        service_id: String(values.service),
        environment: environment(values.environment, context),
        title: str(values.title) ?? String(values.id),
        severity: values.severity ?? null,
        started_at: values.started_at ?? null,
        acknowledged_at: values.acknowledged_at ?? null,
        resolved_at: values.resolved_at ?? null,
        cause_sha: anySha(values, 'cause_sha', context),
        is_customer_reported: values.customer_reported === 'true',
        is_security: values.security === 'true',
        web_url: values.url ?? null,
      }),
    ],
  },
  incident_link: {
    table: 'incident_link_override',
    columns: {
      incident_source: need(text),
      incident_id: need(text),
      deployment_id: may(text),
      commit_sha: may(sha),
      reason: may(text),
      set_by: may(text),
    },
    eitherOf: [['deployment_id', 'commit_sha']],
    toRows: (values, context) => [
      row('incident_link_override', {
        incident_source: String(values.incident_source),
        incident_external_id: String(values.incident_id),
        deployment_external_id: values.deployment_id ?? null,
        cause_sha: anySha(values, 'commit_sha', context),
        reason: values.reason ?? null,
        set_by: values.set_by ?? null,
      }),
    ],
  },
  ai_attribution_override: {
    table: 'attribution_override',
    columns: {
      repo: need(text),
      commit_sha: may(sha),
      pr_number: may(integer),
      ai_share: need(fraction),
      tool: may(text),
      reason: may(text),
      set_by: may(text),
      set_at: need(instant),
    },
    eitherOf: [['commit_sha', 'pr_number']],
    toRows: (values, context) => [
      row('attribution_override', {
        repo_id: repoOf(values, context),
        target: overrideTarget(values, repoOf(values, context), context),
        ai_share: values.ai_share ?? null,
        tool_id: values.tool ?? null,
        reason: values.reason ?? null,
        set_by: values.set_by ?? null,
        set_at: values.set_at ?? null,
      }),
    ],
  },
  ...TOOL_FILES,
};

export const listKinds = (): string => list(Object.keys(FILE_KINDS).map((kind) => `${kind}.csv`));
