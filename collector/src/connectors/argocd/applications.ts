/** Applications over the API: those with another operation than at the last look are read whole, for their history is in no list. */
import { createHash } from 'node:crypto';
import type { Page, PushedPage, Stream, StreamContext } from '../../connector.ts';
import { argoOf, type Argo } from './api.ts';
import type { Section } from './config.ts';
import { applicationPages, itemOf, newestOf, oldestOf } from './normalize.ts';
import { cursor, type Application, type Cursor, type Listed } from './schema.ts';

/** Applications between two steps of the cursor. */
const BATCH = 50;
/** Images are those that run: while they are exchanged they say nothing of the newest sync. What does not come to rest is read as it is. */
const ROLLOUT_MS = 60 * 60_000;

const keyOf = ({ metadata: { name, namespace } }: Listed): string => `${namespace ?? ''}/${name}`;
const operationOf = ({ status }: Listed): string => {
  const { phase, startedAt, finishedAt } = status?.operationState ?? {};
  return [phase ?? '', startedAt?.toISOString() ?? '', finishedAt?.toISOString() ?? ''].join(' ');
};
const rulesOf = ({ environments, services, repositories, images }: Section): string =>
  createHash('sha256')
    .update(JSON.stringify([environments, services, repositories, images]))
    .digest('hex')
    .slice(0, 16);

function isMoving({ status }: Listed, { section, now }: StreamContext<Section>): boolean {
  const ended = status?.operationState?.finishedAt ?? null;
  if (Object.keys(section.images).length === 0 || status?.health?.status !== 'Progressing' || ended === null)
    return false;
  return now().getTime() - ended.getTime() < ROLLOUT_MS;
}

/** Syncs between two looks that the history no longer holds; of its oldest entry nothing says whether it changed something. */
function lost(app: Application, id: number | null): number {
  const [first, last] = [oldestOf(app), newestOf(app)];
  return id === null || first === null || last === null || last < id ? 0 : Math.max(0, first - id);
}

interface Looked {
  readonly pages: readonly PushedPage[];
  readonly known: Cursor['applications'][string];
}

async function look(
  one: Listed,
  before: number | null | undefined,
  { argo, urls, context }: { readonly argo: Argo; readonly urls: string; readonly context: StreamContext<Section> }
): Promise<Looked> {
  const operation = operationOf(one);
  const app = await argo.read(one, urls);
  const named = (reason: string): PushedPage => ({ repository: null, rows: [], skips: [{ item: itemOf(one.metadata), reason }] }); // prettier-ignore
  if (typeof app === 'string') return { pages: [named(app)], known: { operation, id: before ?? null } };
  const gone = lost(app, before ?? null);
  const many = `${gone.toLocaleString('en')} ${gone === 1 ? 'sync' : 'syncs'} between two looks may be lost, unless a notification told of them: its history holds the newest ${String(app.status.history?.length ?? 0)}. Look more often (schedules.argocd/applications), keep more (spec.revisionHistoryLimit), or let it notify (argocd.tokens)`; // prettier-ignore
  const pages = applicationPages(app, { section: context.section, now: context.now() });
  return {
    pages: gone > 0 ? [...pages, named(many)] : pages,
    known: { operation, id: newestOf(app) ?? before ?? null },
  };
}

/** Rows of one repository are written together. */
function byRepository(pages: readonly PushedPage[]): PushedPage[] {
  const found = new Map<string | null, PushedPage>();
  for (const { repository, rows, skips = [] } of pages) {
    const known = found.get(repository);
    found.set(repository, { repository, rows: [...(known?.rows ?? []), ...rows], skips: [...(known?.skips ?? []), ...skips] }); // prettier-ignore
  }
  return [...found.values()];
}

async function* pull(
  context: StreamContext<Section>,
  before: Cursor | null,
  signal: AbortSignal
): AsyncIterable<Page<Cursor>> {
  const now = context.now();
  const rules = rulesOf(context.section);
  const argo = argoOf(context);
  const { good, bad } = await argo.list();
  const urls = await argo.pages();
  const known = new Map(Object.entries(before?.applications ?? {}));
  const applications: Cursor['applications'] = {};
  for (const one of good) {
    const last = known.get(keyOf(one));
    // With other rules nothing that was read counts; how far a history was seen does.
    if (last !== undefined) applications[keyOf(one)] = before?.rules === rules ? last : { ...last, operation: '' };
  }
  const changed = good.filter((one) => applications[keyOf(one)]?.operation !== operationOf(one));
  const moving = changed.filter((one) => isMoving(one, context));
  const due = changed.filter((one) => !moving.includes(one));
  const at = (): Cursor => ({ rules, applications: { ...applications } });
  for (let from = 0; from < due.length; from += BATCH) {
    const start = at();
    const pages: PushedPage[] = [];
    for (const one of due.slice(from, from + BATCH)) {
      signal.throwIfAborted();
      const looked = await look(one, applications[keyOf(one)]?.id, { argo, urls, context });
      for (const page of looked.pages) pages.push(page);
      applications[keyOf(one)] = looked.known;
    }
    // Where it is interrupted, the batch is read again.
    for (const { repository, rows, skips = [] } of byRepository(pages)) yield { ...(repository === null ? {} : { repository }), rows, skips, cursor: start }; // prettier-ignore
    const done = Math.min(from + BATCH, due.length);
    yield { rows: [], cursor: at(), progress: { done, total: due.length, unit: 'applications' } };
  }
  const until = moving.reduce((first, { status }) => Math.min(first, status?.operationState?.finishedAt?.getTime() ?? first), now.getTime()); // prettier-ignore
  yield { rows: [], skips: bad, cursor: at(), watermark: new Date(until) };
}

export const applications: Stream<Section, Cursor> = {
  id: 'applications',
  cursor,
  every: '*/5 * * * *',
  scopes: ({ section }) => (section.token === undefined ? [] : [{ name: '', repository: null, details: null }]),
  pull,
};
