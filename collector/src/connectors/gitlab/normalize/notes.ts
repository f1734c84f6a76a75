/** What system notes of a merge request say happened (app/services/system_notes of GitLab): who did what. Pure. */
import { pattern } from '../../../text/pattern.ts';
import type { Activity } from '../schema-graphql.ts';

/** Something that happened, as `change_event` names it. `about` = login of whom it is about, where it is another one than who did it. */
export interface Happened {
  readonly kind: string;
  readonly state?: string;
  readonly about?: string;
}

const NAME = pattern`@([A-Za-z0-9_][A-Za-z0-9_.-]*)`;
const REQUESTED = pattern`requested review from (.+?)(?: and removed review request for |$)`;
const UNREQUESTED = pattern`removed review request for (.+)$`;
const LAST = pattern`[.,-]+$`;

const namesIn = (text: string | null | undefined): string[] =>
  NAME.all(text ?? '').map(({ groups }) => LAST.replace(groups[0] ?? '', () => ''));

const firstLine = (body: string): string => body.split('\n', 1)[0]?.trim() ?? '';

/** Words of the notes, oldest GitLab first; the first that fits counts. */
const WORDS: ReadonlyArray<readonly [RegExpLike: ReturnType<typeof pattern>, happened: Happened]> = [
  [pattern`^marked (?:this merge request )?as (?:a )?\*\*(?:[Dd]raft|Work In Progress)\*\*`, { kind: 'draft' }],
  [pattern`^(?:marked this merge request as \*\*ready\*\*|unmarked (?:this merge request )?as (?:a )?\*\*(?:[Dd]raft|Work In Progress)\*\*)`, { kind: 'ready' }],
  [pattern`^approved this merge request`, { kind: 'review', state: 'approved' }],
  [pattern`^requested changes`, { kind: 'review', state: 'changes_requested' }],
  [pattern`^left review comments`, { kind: 'review', state: 'commented' }],
  [pattern`^(?:unapproved this merge request|reset approvals|removed all approvals)`, { kind: 'dismiss' }],
  [pattern`^(?:started a merge train|added this merge request to the merge train)`, { kind: 'merge_queued' }],
  // GitLab aborts it, with the reason; a person removes it, without one. Older ones removed it with a reason too.
  [pattern`^(?:aborted this merge request from the merge train|removed this merge request from the merge train because)`, { kind: 'merge_unqueued', state: 'put_out' }],
  [pattern`^removed this merge request from the merge train`, { kind: 'merge_unqueued', state: 'taken_out' }],
  [pattern`^enabled an? (?:automatic|auto-?) ?merge|^enabled automatic add to merge train`, { kind: 'auto_merge' }],
]; // prettier-ignore

/** By the action that newer ones carry, where the words are others. */
const ACTIONS: Readonly<Record<string, Happened>> = {
  approved: { kind: 'review', state: 'approved' },
  unapproved: { kind: 'dismiss' },
  requested_changes: { kind: 'review', state: 'changes_requested' },
  reviewed: { kind: 'review', state: 'commented' },
};

/** What a note tells; none = nothing that is counted. */
export function happenedIn({ body, system, systemNoteMetadata }: Activity): Happened[] {
  if (!system) return [];
  const line = firstLine(body);
  const requested = REQUESTED.exec(line)?.groups[0];
  const unrequested = UNREQUESTED.exec(line)?.groups[0];
  if (requested != null || unrequested != null) {
    return [
      ...namesIn(requested).map((about): Happened => ({ kind: 'review_requested', about })),
      ...namesIn(unrequested).map((about): Happened => ({ kind: 'review_unrequested', about })),
    ];
  }
  const byWords = WORDS.find(([words]) => words.test(line))?.[1];
  const action = systemNoteMetadata?.action ?? '';
  const known = byWords ?? (Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined);
  return known === undefined ? [] : [known];
}
