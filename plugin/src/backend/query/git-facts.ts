/** Whether a store holds nothing but what anybody with the git history can count for themselves. */
import type { SqlQuery, Store } from '../store/database.ts';

/** Streams that read a repository, and what follows from them. What another stream wrote (imports, telemetry, the demo) is more than git; one that wrote nothing tells nothing. */
const OF_GIT = ['git/%', 'lifetimes/%', 'derive/%'];

const OTHERS: SqlQuery = {
  text: `select count(*) filter (where stream_id like any ($1::text[]))::integer as of_git,
                count(*) filter (where not stream_id like any ($1::text[]) and row_count > 0)::integer as others from stream_state`,
  values: [OF_GIT],
};

/** @throws BackendError from the connection. */
export async function holdsGitFactsAlone(store: Store, signal: AbortSignal): Promise<boolean> {
  const { rows } = await store.run(OTHERS, { signal, maxRows: 1 });
  return Number(rows[0]?.['of_git']) > 0 && rows[0]?.['others'] === 0;
}
