/** Completions → rows of workflow_completion. */
import type { StepContext } from '../change/step.ts';
import type { Directory } from '../identity/directory.ts';
import { holidaysOf } from '../organisation/exclusions.ts';
import { BusinessClock, localMonday } from './business-clock.ts';
import type { Completion, WorkflowRow } from './completions.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Ended = Pick<Completion, 'unitKey' | 'startedAt' | 'endedAt' | 'status'> & {
  readonly workflow: WorkflowRow;
};

/** Whose a unit is and what it is told apart by. */
export interface Subject {
  /** Human whose tool use counts; null = none known. */
  readonly personId: string | null;
  /** Team that counts where the person has none; null = nobody knows. */
  readonly ownerTeamId: string | null;
  readonly repoId: number;
  readonly changeId: string | null;
  readonly prClass: string;
  readonly codeSource: string;
  readonly zone: string;
  readonly size: string;
}

/** Minutes on both clocks, cut at the workflow's longest; null unless ok. */
function elapsed(done: Ended, clock: BusinessClock): Row {
  if (done.status !== 'ok' || done.startedAt === null)
    return { minutes: null, business_minutes: null, is_winsorised: false };
  const { clock: kind, max_minutes: limit } = done.workflow;
  const max = limit ?? Infinity;
  const minutes = (done.endedAt.getTime() - done.startedAt.getTime()) / 60_000;
  const business = clock.minutes(done.startedAt.getTime(), done.endedAt.getTime());
  return {
    minutes: Math.min(minutes, max),
    business_minutes: Math.min(business, max),
    is_winsorised: (kind === 'business' ? business : minutes) > max,
  };
}

export class Rows {
  readonly directory: Directory;
  private readonly settings: StepContext['settings'];
  private readonly clocks = new Map<string, BusinessClock>();

  constructor({ directory, settings }: StepContext) {
    this.directory = directory;
    this.settings = settings;
  }

  /** Clock of the team that owns the wait. */
  clock(teamId: string): BusinessClock {
    const known = this.clocks.get(teamId);
    if (known) return known;
    const { calendar, exclusions } = this.settings;
    const holidays = [...calendar.holidays, ...holidaysOf(exclusions, teamId)];
    const made = new BusinessClock({ ...calendar, holidays, timeZone: this.directory.zoneOf(teamId) });
    this.clocks.set(teamId, made);
    return made;
  }

  /** Dimensions of the person are those at the end. */
  row(done: Ended, { personId, ownerTeamId, ...subject }: Subject): Row {
    const teamId = this.directory.teamAt(personId, done.endedAt) ?? ownerTeamId ?? 'unknown';
    return {
      workflow_id: done.workflow.workflow_id,
      workflow_version: done.workflow.version,
      unit_key: done.unitKey,
      person_id: personId ?? '',
      repo_id: subject.repoId,
      change_id: subject.changeId,
      started_at: done.startedAt,
      ended_at: done.endedAt,
      status: done.status,
      ...elapsed(done, this.clock(teamId)),
      pr_class: subject.prClass,
      code_source: subject.codeSource,
      zone: subject.zone,
      size: subject.size,
      team_id: teamId,
      seniority: this.directory.seniorityAt(personId, done.endedAt),
      week_start: localMonday(this.settings.timeZone, done.endedAt.getTime()),
    };
  }
}
