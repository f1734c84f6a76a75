/** The demo organisation as rows of fact tables: one entry a table, columns named once. Pure: ids come in, rows go out. */
import type { DemoChange } from './changes.ts';
import type { DemoDeployment } from './delivery.ts';
import type { ForgeChange } from './forge.ts';
import type { ToldIncident } from './incidents.ts';
import type { DemoSpan } from './lines.ts';
import type { OpenChange } from './open-changes.ts';
import {
  HOUR_MS,
  OTHER_TOOLS,
  SERVICES,
  TEAMS,
  TOOLS,
  WEEK_MS,
  type Developer,
  type Timeline,
} from './organisation.ts';
import type { CodexAccount, DemoUse } from './telemetry.ts';
import type { DemoIssue } from './tracker/issues.ts';
import type { DemoCycle } from './tracker/sprints.ts';
import type { DemoAnswer, DemoCost, DemoSeat, DemoToolDay } from './usage.ts';

export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly unknown[]>;
}

/** What an organisation is made of, before it has ids. */
export interface Organisation {
  readonly people: readonly Developer[];
  readonly time: Timeline;
  readonly changes: readonly DemoChange[];
  readonly forge: readonly ForgeChange[];
  readonly open: readonly OpenChange[];
  readonly issues: readonly DemoIssue[];
  readonly cycles: readonly DemoCycle[];
  readonly spans: readonly DemoSpan[];
  readonly deployments: readonly DemoDeployment[];
  readonly incidents: readonly ToldIncident[];
  readonly seats: readonly DemoSeat[];
  readonly toolDays: readonly DemoToolDay[];
  readonly uses: readonly DemoUse[];
  readonly codex: readonly CodexAccount[];
  readonly heartbeats: ReadonlyArray<{ readonly source: string; readonly day: Date }>;
  readonly costs: readonly DemoCost[];
  readonly answers: readonly DemoAnswer[];
}

export interface Ids {
  readonly repo: (slug: string) => number;
  readonly person: (key: string) => string;
  readonly account: (provider: string, key: string) => string;
  readonly rulesVersion: number;
}

export const table = (name: string, columns: string, rows: ReadonlyArray<readonly unknown[]>): TableRows => ({
  table: name,
  columns: columns.split(' '),
  rows,
});

/** Number of a person's account, by which the forge tells that it verified an address. */
export const forgeName = ({ forgeId }: Developer): string => `github.com:${String(forgeId)}`;

/** People, teams, services and tools: what rarely changes. */
export function staticTables(org: Organisation, ids: Ids): TableRows[] {
  const { people, time, seats } = org;
  const landingOf = (weeks: number): Date => new Date(time.start.getTime() + weeks * WEEK_MS);
  return [
    table(
      'service',
      'service_id title',
      [...SERVICES, { id: 'cloud-provider', title: 'Cloud provider' }].map(({ id, title }) => [id, title])
    ),
    table(
      'team',
      'team_id title source',
      TEAMS.map(({ id, title }) => [id, title, 'github'])
    ),
    table(
      'person',
      'person_id kind experience_start first_seen_at',
      people.map((person) => [ids.person(person.key), 'human', person.experienceStart, time.start])
    ),
    table(
      'account',
      'account_id provider email external_id display_name kind',
      people.map((person) => [
        ids.account('git', person.email),
        'git',
        person.email,
        forgeName(person),
        person.name,
        'human',
      ])
    ),
    table(
      'account_claim',
      'account_id person_id source valid_from',
      people.map((person) => [ids.account('git', person.email), ids.person(person.key), 'demo', time.start])
    ),
    table('tool', 'tool_id title nominal_grade measure low_min high_min usage_scope', [
      ...TOOLS.map((tool) => [tool.id, tool.title, tool.grade, tool.measure, tool.lowMin, tool.highMin, 'tool']),
      ...OTHER_TOOLS.map((tool) => [tool.id, tool.title, tool.grade, 'invocations', 1, 3, 'tool']),
    ]),
    table(
      'tool_landing',
      'tool_id landed_at',
      TOOLS.map((tool) => [tool.id, landingOf(tool.landsInWeek)])
    ),
    table(
      'seat',
      'tool_id person_id valid_from',
      seats.map((seat) => [seat.tool, ids.person(seat.person), seat.from])
    ),
  ];
}

/** Everybody takes their turn. */
const onCall = ({ people }: Organisation, place: number): Developer => people[place % people.length] as Developer;

/** Deployments and incidents. */
export function deliveryTables(org: Organisation, ids: Ids): TableRows[] {
  return [
    table(
      'deployment',
      'source external_id service_id environment repo_id sha started_at finished_at result kind rollback_of',
      org.deployments.map((one) => [
        'github',
        one.id,
        one.service,
        'production',
        ids.repo(one.repo),
        one.sha,
        new Date(one.finishedAt.getTime() - HOUR_MS / 10),
        one.finishedAt,
        one.result,
        one.kind,
        one.rollbackOf,
      ])
    ),
    table(
      'incident',
      'source external_id service_id environment title severity started_at acknowledged_at responder_account_id resolved_at cause_sha mentions is_customer_reported',
      org.incidents.map((one, place) => [
        one.source,
        one.id,
        one.service,
        'production',
        one.title,
        one.severity,
        one.startedAt,
        one.acknowledgedAt,
        one.acknowledgedAt === null ? null : ids.account('git', onCall(org, place).email),
        one.resolvedAt,
        one.source === 'github' ? (one.cause?.sha ?? null) : null,
        one.mentions,
        one.isCustomerReported,
      ])
    ),
  ];
}

/** Accounts of tools: those of claude-code belong to people by their addresses, some of codex to nobody. */
function toolAccounts(org: Organisation, ids: Ids): TableRows {
  const users = [...new Set(org.uses.map(({ person }) => person))];
  const emails = new Map(org.people.map(({ key, email }) => [key, email]));
  const row = (provider: string, email: string): unknown[] => [ids.account(provider, email), provider, email, 'human'];
  return table('account', 'account_id provider email kind', [
    ...users.map((key) => row('claude-code', emails.get(key) ?? '')),
    ...org.codex.map(({ email }) => row('codex', email)),
  ]);
}

/** Single uses: of claude-code by person, of codex as its accounts sent them. */
function useTables(org: Organisation, ids: Ids): TableRows[] {
  return [
    table(
      'tool_event',
      'tool_id event_id at started_at person_id type feature workflow_id repo_id change_key',
      org.uses.map(({ tool, id, at, startedAt, person, feature, workflow, change }) => [
        ...[tool, id, at, startedAt, ids.person(person)],
        ...[startedAt === null ? 'tool_invocation' : 'agent_run', feature, workflow],
        ...(change === null ? [null, null] : [ids.repo(change.repo), String(change.number)]),
      ])
    ),
    table(
      'tool_point',
      'account_id tool_id series_id at measure value is_cumulative type',
      org.codex.flatMap(({ email, uses }) =>
        uses.map((at, index) => [
          ids.account('codex', email),
          ...['codex', `${email}/${String(index)}`, at, 'use', 1, false, 'tool_invocation'],
        ])
      )
    ),
  ];
}

/** What tools and people say: usage, heartbeats, cost and surveys. */
export function telemetryTables(org: Organisation, ids: Ids): TableRows[] {
  return [
    toolAccounts(org, ids),
    ...useTables(org, ids),
    table(
      'person_day',
      'tool_id person_id day grade invocations accepted_lines source',
      org.toolDays.map((one) => [
        one.tool,
        ids.person(one.person),
        one.day,
        one.grade,
        one.invocations,
        one.acceptedLines,
        'demo',
      ])
    ),
    table(
      'heartbeat',
      'source day last_at',
      org.heartbeats.map((one) => [one.source, one.day, one.day])
    ),
    table(
      'cost',
      'month category tool_id amount currency',
      org.costs.map((one) => [one.month, one.category, one.tool, one.amount, 'USD'])
    ),
    table(
      'survey_answer',
      'survey_id question_id respondent_token team_id submitted_at value scale_min scale_max hours_saved_week',
      org.answers.map((one) => [
        one.survey,
        one.question,
        one.token,
        one.team,
        one.at,
        one.value,
        one.question === 'satisfaction' ? 1 : null,
        one.question === 'satisfaction' ? 5 : null,
        one.hoursSaved,
      ])
    ),
  ];
}
