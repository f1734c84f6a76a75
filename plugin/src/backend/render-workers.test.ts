import { computes } from '../metrics/compute.generated.ts';
import { parseQuery } from '../metrics/query.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { sql } from '../metrics/sql.generated.ts';
import { makeCatalog } from './query/catalog.ts';
import { fallSpeedCatalog } from './fixtures/fall-speed.ts';
import { RenderWorkers } from './render-workers.ts';
import { render, type RenderInput } from './query/render.ts';

const { signal } = new AbortController();
const prepared = (catalog: ReturnType<typeof makeCatalog>, id: string, params: object = {}): RenderInput => {
  const parsed = parseQuery({ queryType: id, params: { format: 'table', ...params }, version: 1 }, catalog.metrics);
  const from = new Date('2026-01-01');
  const to = new Date('2026-02-01');
  return {
    prepared: { parsed, params: parsed.params, from, to, tz: 'UTC', settings: { k: 5 }, notices: [] },
    rows: [], totalRows: 0, refId: 'A', isAlert: false, sqlText: '',
  }; // prettier-ignore
};

describe('RenderWorkers', () => {
  const catalog = makeCatalog(metrics, sql, computes);
  /** Any metric with a computation. */
  const computed = metrics.find(({ id }) => Object.hasOwn(computes, id))!.id;
  const workers = new RenderWorkers(catalog, 1);
  afterAll(() => workers.close());

  it('gives what the same work gives here, one job after the other', async () => {
    const input = prepared(catalog, computed);
    const here = await render(catalog, input);
    const [first, second] = await Promise.all([workers.render(input, signal), workers.render(input, signal)]);
    expect([first, second].map(({ rowCount, frames }) => [rowCount, frames.map((bytes) => bytes.length)])).toEqual(
      Array(2).fill([here.rowCount, here.frames.map((bytes) => bytes.length)])
    );
  });

  it('names a refusal of the worker as its own, and goes on', async () => {
    const alert = { ...prepared(catalog, computed), isAlert: true };
    await expect(workers.render(alert, signal)).rejects.toMatchObject({
      code: 'bad_value',
      status: 400,
      source: 'downstream',
    });
    await expect(workers.render(prepared(catalog, computed), signal)).resolves.toMatchObject({ rowCount: 0 });
  });

  it('throws a worker away whose job was cancelled, while waiting or running', async () => {
    const controller = new AbortController();
    const running = workers.render(prepared(catalog, computed), controller.signal);
    const waiting = workers.render(prepared(catalog, computed), controller.signal);
    controller.abort();
    const ended = await Promise.allSettled([running, waiting]);
    expect(ended.map((end) => (end.status === 'rejected' ? (end.reason as { code: string }).code : end.status))).toEqual(['cancelled', 'cancelled']); // prettier-ignore
    await expect(workers.render(prepared(catalog, computed), signal)).resolves.toMatchObject({ rowCount: 0 });
  });
});

describe('render', () => {
  it('refuses to compute on rows that were cut off: the number would be wrong', async () => {
    const catalog = fallSpeedCatalog({ isComputed: true });
    const input = { ...prepared(catalog, 'fall-speed'), totalRows: 300_000 };
    await expect(render(catalog, input)).rejects.toMatchObject({ code: 'too_many_rows', status: 400 });
  });

  it('draws the same numbers for the same seed', async () => {
    const catalog = fallSpeedCatalog({ isComputed: true });
    const rows = [{ time: new Date(0), team: 'a', repo: 'r', value: 1, lo: 0, hi: 2, n: 1, status: 'ok', url: null }];
    const once = () =>
      render(catalog, { ...prepared(catalog, 'fall-speed', { mode: 'computed' }), rows, totalRows: 1 });
    expect((await once()).frames).toEqual((await once()).frames);
  });
});
