/** Outside → house rows. Pure. */
import type { HouseRow, PushedPage } from '../../connector.ts';
import { environmentOf } from '../../import/environments.ts';
import { AHEAD_MS, incidentRows } from '../../incident-rows.ts';
import { entryOf } from '../../foreign.ts';
import { pattern } from '../../text/pattern.ts';
import type { Section } from './config.ts';
import { customData, type CdEvent } from './schema.ts';

export interface Context {
  readonly section: Section;
  readonly now: Date;
}

const TYPE = pattern`^dev\.cdevents\.(service|incident)\.([a-z]+)\.`;
const SHA = pattern`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`;
const DEPLOYS: Readonly<Record<string, string>> = { deployed: 'unknown', upgraded: 'unknown', rolledback: 'rollback' };

const customOf = ({ customData: given }: CdEvent): ReturnType<typeof customData.parse> => {
  const parsed = customData.safeParse(given ?? {});
  return parsed.success ? parsed.data : {};
};

function deploymentPage(event: CdEvent, kind: string, { section, now }: Context): PushedPage {
  const { context, subject } = event;
  const item = `cdevents ${context.id}`;
  if (context.timestamp.getTime() - now.getTime() > AHEAD_MS) {
    const reason = `${context.timestamp.toISOString()} lies in the future: check the clock of the source`;
    return { repository: null, rows: [], skips: [{ item, reason }] };
  }
  const custom = customOf(event);
  const sha = custom.commitSha?.toLowerCase() ?? null;
  const repository = custom.repo ?? null;
  const isKnown = sha !== null && SHA.test(sha) && repository !== null;
  const rows: HouseRow[] = [
    { table: 'service', values: { service_id: subject.id, title: subject.id } },
    {
      table: 'deployment',
      values: {
        source: 'cdevents',
        external_id: custom.deploymentId ?? context.id,
        service_id: subject.id,
        environment: environmentOf(subject.content.environment?.id ?? section.environment).name,
        sha: isKnown ? sha : null,
        ref: custom.ref ?? null,
        started_at: null,
        finished_at: context.timestamp,
        result: 'success',
        kind,
        rollback_of: null,
        web_url: custom.url ?? null,
        state_order: context.timestamp.toISOString(),
        ...(isKnown ? {} : { repo_id: null }),
      },
    },
  ];
  const without = {
    item,
    reason: 'it names no commit (customData.commitSha and .repo): counted, but it ships no known change',
  };
  return { repository: isKnown ? repository : null, rows, skips: isKnown ? [] : [without] };
}

/** `detected` and `reported` tell that it is there, `resolved` that it is over; each may come alone or late. */
function incidentPage(event: CdEvent, what: string, { section, now }: Context): PushedPage {
  const { context, subject } = event;
  const { content } = subject;
  const custom = customOf(event);
  const resolvedAt = what === 'resolved' ? context.timestamp : null;
  const { rows, skips } = incidentRows(
    {
      source: 'cdevents',
      id: subject.id,
      service: content.service?.id ?? null,
      environment: content.environment?.id ?? section.environment,
      title: content.description ?? subject.id,
      severity: null,
      startedAt: context.timestamp,
      resolvedAt,
      causeSha: custom.commitSha?.toLowerCase() ?? null,
      causeDeployment: custom.deploymentId ?? null,
      text: content.description ?? '',
      url: custom.url ?? null,
      state: `part/${resolvedAt === null ? '1' : '2'}/${context.timestamp.toISOString()}`,
    },
    now
  );
  return { repository: null, rows, skips };
}

/** Other events of CDEvents (builds, tests, changes) are counted and not read. */
export function eventPages(event: CdEvent, context: Context): PushedPage[] {
  const [subject, given] = TYPE.exec(event.context.type)?.groups ?? [];
  const what = given ?? '';
  const kind = entryOf(DEPLOYS, what);
  if (subject === 'service' && kind !== undefined) return [deploymentPage(event, kind, context)];
  return subject === 'incident' && ['detected', 'reported', 'resolved'].includes(what)
    ? [incidentPage(event, what, context)]
    : [];
}
