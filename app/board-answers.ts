/** What boards ask about the store itself (metric readiness), asked once before Grafana starts: how high tables must be, and what is hidden. */
import type { Session } from '../collector/src/session.ts';
import { asHighAsRows, hiddenSources, isWhole, type TablePanel } from '../dashboards/src/board-heights.ts';
import type { Row } from '../plugin/src/metrics/define.ts';
import { readSettings } from '../plugin/src/settings.ts';
import { askOnce, catalog } from '../plugin/src/backend/terminal.ts';
import { Store } from '../plugin/src/backend/store/database.ts';
import { migrations } from '../plugin/src/backend/store/schema.generated.ts';
import { StoreInfoCache } from '../plugin/src/backend/store/store-info.ts';

const METRIC = 'readiness';

export interface BoardAnswers {
  /** The board with its tables of this metric as high as their rows. */
  readonly fit: <Board extends { readonly panels: readonly TablePanel[] }>(board: Board) => Board;
  /** What small groups hide of code sources; null = nothing. */
  readonly hidden: ReturnType<typeof hiddenSources>;
}

/**
 * As the data source answers it, small groups hidden.
 * @throws BackendError where the store cannot be read.
 */
export async function readBoardAnswers(
  { store: opened }: Pick<Session, 'store'>,
  asked: { readonly panels: readonly TablePanel[]; readonly from: Date; readonly to: Date }
): Promise<BoardAnswers> {
  const { host, port, database, reader } = opened;
  const json = { host, port, database, user: reader.user, tlsMode: opened.isEmbedded ? 'disable' : 'require' };
  const store = new Store(readSettings(json, { password: reader.password ?? '' }));
  const { signal } = new AbortController();
  try {
    const info = await new StoreInfoCache(store, migrations).read(signal);
    const parts = { catalog, store, info, signal };
    const { from, to } = asked;
    const ask = async (params: Readonly<Record<string, unknown>>): Promise<readonly Row[]> =>
      (await askOnce(parts, { metric: METRIC, params, from, to })).rows;
    const rows = new Map<number, readonly Row[]>();
    for (const panel of asked.panels.filter((one) => isWhole(one) && one.targets?.[0]?.queryType === METRIC)) {
      rows.set(panel.id, await ask(panel.targets?.[0]?.params ?? {}));
    }
    const hidden = hiddenSources({
      grounds: await ask({ mode: 'grounds', format: 'table' }),
      open: await ask({ show: 'open', format: 'table' }),
    });
    return { fit: (board) => asHighAsRows(board, rows), hidden };
  } finally {
    await store.close();
  }
}
