/** What the organisation chose, resolved once: input of every derive step, and what panels read from table `setting`. */
import type { Config } from '../config/schema.ts';
import type { Db } from '../store/connection.ts';
import type { BusinessCalendar } from './completion/business-clock.ts';
import { exclusionsOf, type Exclusion } from './organisation/exclusions.ts';
import type { SourceSettings } from './change/code-source.ts';
import type { IdentitySettings } from './identity/account.ts';

/** A tool and where it landed; keys of `landedAt` are `default` and `team.<id>`, values ISO dates. */
export interface ToolSetting {
  readonly id: string;
  readonly title?: string | undefined;
  readonly landedAt?: Readonly<Record<string, string>> | undefined;
  readonly usage: {
    readonly measure: string;
    readonly window: string;
    readonly low_min: number;
    readonly high_min: number;
    readonly features: readonly string[];
  };
}

export interface DeriveSettings {
  /** IANA zone of local dates and of alert queries. */
  readonly timeZone: string;
  /** Open hours; the zone is the team's where it has one. */
  readonly calendar: Omit<BusinessCalendar, 'timeZone'>;
  readonly identity: IdentitySettings;
  readonly source: SourceSettings;
  /** Changes merged before are human: ISO date for all repositories, and by slug. */
  readonly humanBefore: string | null;
  readonly humanBeforeByRepo: Readonly<Record<string, string>>;
  /** Longest time from a deployment to an incident that may be blamed on it. */
  readonly linkWindowHours: number;
  /** Share of its effective lines that a change must lose to count as rewritten. */
  readonly rewriteThreshold: number;
  /** Months of experience from which on a person is mid and senior. */
  readonly seniorityMonths: { readonly mid: number; readonly senior: number };
  /** Least number of people in a shown cell. */
  readonly privacy: Config['privacy'];
  readonly tools: readonly ToolSetting[];
  readonly workflows: Config['workflows'];
  /** Policy changes and experiment windows. */
  readonly events: Config['events'];
  readonly exclusions: readonly Exclusion[];
  readonly phases: Config['phases'];
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Settings of a configuration; a repository without a name (see `namedConfig`) is none yet. */
export function deriveSettings(config: Config): DeriveSettings {
  const humanBefore = config.repositories.map(({ slug, human_before: before }) => [slug, before] as const);
  return {
    timeZone: config.time_zone,
    calendar: {
      opens: minutesOf(config.business_hours.from),
      closes: minutesOf(config.business_hours.to),
      days: config.business_hours.days.map((day) => DAYS.indexOf(day)),
      holidays: config.business_hours.holidays,
    },
    identity: {
      companyDomain: config.company_domain ?? null,
      sameNamespace: config.same_namespace,
      mapping: config.identity,
      kinds: {
        ai_agent: config.accounts.agents,
        automation: config.accounts.automation,
        human: config.accounts.people,
      },
    },
    source: {
      heavyShare: config.ai.heavy_share,
      acceptActivity: config.ai.accept_activity,
      assumeUnmarked: config.ai.assume_unmarked,
    },
    humanBefore: config.ai.human_before ?? null,
    humanBeforeByRepo: Object.fromEntries(
      humanBefore.filter((pair): pair is readonly [string, string] => pair[0] !== undefined && pair[1] !== undefined)
    ),
    linkWindowHours: config.deployments.link_window_hours,
    rewriteThreshold: 0.5,
    seniorityMonths: { mid: 18, senior: 48 },
    privacy: config.privacy,
    tools: config.tools.map((tool) => ({
      id: tool.id,
      title: tool.title,
      landedAt: tool.landed_at,
      usage: tool.usage,
    })),
    workflows: config.workflows,
    events: config.events,
    exclusions: exclusionsOf(config),
    phases: config.phases,
  };
}

/** The decision to show groups of fewer than five people; null = none. It stands in the store, so that every answer can say it. */
function agreementOf({ smallest_group, agreed_on, agreed_by }: Config['privacy']): object | null {
  return smallest_group < 5 ? { smallest_group, agreed_on, agreed_by } : null;
}

/** Who sees their own numbers can take them off a group's: what is left has as many people as without it. */
const withOneMore = (least: number, { self_view: way }: Config['privacy']): number =>
  way === 'off' ? least : least + 1;

/** Rows of table `setting`, by key. */
export function settingRows(settings: DeriveSettings): Readonly<Record<string, unknown>> {
  return {
    default_tz: settings.timeZone,
    week_start: 'monday',
    k: withOneMore(settings.privacy.smallest_group, settings.privacy),
    usage_k: withOneMore(settings.privacy.usage_smallest_group ?? settings.privacy.smallest_group, settings.privacy),
    self_view: settings.privacy.self_view,
    log_evidence: settings.privacy.log_evidence,
    k_agreement: agreementOf(settings.privacy),
    heavy_share: settings.source.heavyShare,
    assume_unmarked: settings.source.assumeUnmarked,
    accept_activity: settings.source.acceptActivity,
    human_before: settings.humanBefore,
    link_window_hours: settings.linkWindowHours,
    rewrite_threshold: settings.rewriteThreshold,
    exclusions: settings.exclusions.map(({ declared_by: _by, ...shown }) => shown),
    seniority_months: settings.seniorityMonths,
    min_n: { proportion: 20, median: 10, stage: 10, km_lines: 100, km_changes: 5, agent_runs: 5, survey: 10 },
  };
}

/** Writes what panels need to know into `setting`; rows that did not change keep their time. */
export async function writeSettings(db: Db, settings: DeriveSettings): Promise<void> {
  await db.query(
    `insert into setting as s (key, value) select key, value from jsonb_each($1::jsonb)
     on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at where s.value is distinct from excluded.value`,
    [JSON.stringify(settingRows(settings))]
  );
}
