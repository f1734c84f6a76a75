// A worker thread of the backend: computes one result at a time, so that no computation holds the event loop of the process.
import { parentPort } from 'node:worker_threads';
import { computes } from '../metrics/compute.generated.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { sql } from '../metrics/sql.generated.ts';
import { makeCatalog } from './query/catalog.ts';
import { toBackendError } from './errors.ts';
import { render } from './query/render.ts';
import { unpack, type PackedInput, type WorkerAnswer } from './worker-messages.ts';

const catalog = makeCatalog(metrics, sql, computes);

parentPort?.on('message', (packed: PackedInput) => {
  void answer(packed);
});

async function answer(packed: PackedInput): Promise<void> {
  let reply: WorkerAnswer;
  try {
    reply = await render(catalog, unpack(packed, catalog.metrics));
  } catch (error) {
    const { code, message, status, source } = toBackendError(error);
    reply = { error: { code, message, status, source, stack: error instanceof Error ? (error.stack ?? '') : '' } };
  }
  parentPort?.postMessage(reply);
}
