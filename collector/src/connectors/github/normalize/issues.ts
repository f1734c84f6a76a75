/** Issues: what was asked for, and of those with an incident label what broke. Pure. */
import type { HouseRow } from '../../../connector.ts';
import { pattern } from '../../../text/pattern.ts';
import type { Issue } from '../schema.ts';

export interface IssueContext {
  readonly source: string;
  /** owner/name as links in texts have it. */
  readonly name: string;
  readonly service: string;
  readonly incidentLabels: readonly string[];
  readonly incidentTypes: readonly string[];
  /** Type of the source → type here. */
  readonly types: Readonly<Record<string, string>>;
}

/** Labels that say what an issue is, as pr_class reads types of issues. */
const TYPES: ReadonlyArray<readonly [string, ReadonlySet<string>]> = [
  ['bug', new Set(['bug', 'defect', 'type: bug', 'kind/bug', 'regression', 'type/bug', 'c-bug'])],
  [
    'feature',
    new Set(['feature', 'enhancement', 'type: feature', 'kind/feature', 'feature request', 'type/feature', 'story']),
  ],
  ['docs', new Set(['documentation', 'docs', 'kind/documentation'])],
  ['refactor', new Set(['refactor', 'tech-debt', 'tech debt', 'cleanup', 'kind/cleanup'])],
];

const SEVERITY = pattern`^(?:severity|sev|priority|prio|p|s)[-:/ ]*([0-4])$`;
/** `root cause: 1f3c…`, as Four Keys has it; a commit, seven digits or more. */
const CAUSE = pattern`(?im)^\s*(?:root cause|caused by|cause)\s*:\s*(?:\S+/commit/)?([0-9a-f]{7,40})\b`;
const MAX_BODY = 20_000;

const typeOf = ({ issueType }: Issue): string | null => issueType?.name.trim().toLowerCase() ?? null;

/** What an issue is: by its type, whose words the configuration or we know, else by its labels. */
function kindOf(issue: Issue, types: IssueContext['types']): string | null {
  const type = typeOf(issue);
  const own = Object.entries(types).find(([name]) => name.toLowerCase() === type)?.[1];
  const byWords = (words: readonly string[]): string | undefined =>
    TYPES.find(([, known]) => words.some((word) => known.has(word)))?.[0];
  return own ?? (type === null ? undefined : byWords([type])) ?? byWords(labelsOf(issue).map((label) => label.toLowerCase())) ?? null; // prettier-ignore
}

const labelsOf = ({ labels }: Issue): string[] => (labels?.nodes ?? []).flatMap((label) => label?.name ?? []);

/** s1 (worst) to s4 of a label such as `sev1` or `P0`; null = none says so. */
function severityOf(labels: readonly string[]): string | null {
  for (const label of labels) {
    const found = SEVERITY.exec(label.toLowerCase())?.groups[0];
    if (found !== undefined && found !== null) {
      return `s${String(Math.min(4, Math.max(1, label.toLowerCase().startsWith('p') ? Number(found) + 1 : Number(found))))}`;
    }
  }
  return null;
}

/** What was asked for. One that was closed as not planned, or as a duplicate, was not done. */
export function issueRow(issue: Issue, { source, name, types }: IssueContext): HouseRow {
  const isDone = issue.closedAt !== null && issue.stateReason !== 'NOT_PLANNED' && issue.stateReason !== 'DUPLICATE';
  return {
    table: 'issue',
    values: {
      source,
      external_id: `${name}#${String(issue.number)}`,
      type: kindOf(issue, types),
      labels: labelsOf(issue),
      created_at: issue.createdAt,
      done_at: isDone ? issue.closedAt : null,
    },
  };
}

/**
 * An incident, where a label or its type says so. It began when it was written. Closed as a duplicate or as nothing, it never was one: then it is resolved
 * when it was closed and has no environment that counts.
 */
export function incidentRow(issue: Issue, context: IssueContext): HouseRow[] {
  const { source, name, service, incidentLabels, incidentTypes } = context;
  const labels = labelsOf(issue);
  const wanted = new Set(incidentLabels.map((label) => label.toLowerCase()));
  const type = typeOf(issue);
  const isByType = type !== null && incidentTypes.some((one) => one.toLowerCase() === type);
  if (!isByType && !labels.some((label) => wanted.has(label.toLowerCase()))) {
    return [];
  }
  const isNone = issue.stateReason === 'NOT_PLANNED' || issue.stateReason === 'DUPLICATE';
  return [
    {
      table: 'incident',
      values: {
        source,
        external_id: `${name}#${String(issue.number)}`,
        service_id: service,
        environment: isNone ? 'dismissed' : 'production',
        title: issue.title.slice(0, 1000),
        severity: severityOf(labels),
        started_at: issue.createdAt,
        resolved_at: issue.closedAt,
        cause_sha: CAUSE.exec((issue.body ?? '').slice(0, MAX_BODY))?.groups[0] ?? null,
        web_url: issue.url,
      },
    },
  ];
}
