/** Worker threads for metrics that compute: started on demand, ended when idle, replaced when they fall or are told to stop. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Catalog } from './query/catalog.ts';
import { BackendError, cancelled } from './errors.ts';
import { Gate } from './store/gate.ts';
import type { Renderer } from './query/query-data.ts';
import { render, type Rendered, type RenderInput } from './query/render.ts';
import { pack, type WorkerAnswer } from './worker-messages.ts';

const IDLE_MS = 60_000;
const MOST_WORKERS = 4;

export class RenderWorkers {
  private readonly catalog: Catalog;
  private readonly gate: Gate;
  private readonly idle: Worker[] = [];
  private readonly idleTimers = new Map<Worker, NodeJS.Timeout>();

  constructor(catalog: Catalog, size = Math.max(1, Math.min(MOST_WORKERS, availableParallelism() - 1))) {
    this.catalog = catalog;
    this.gate = new Gate(size);
  }

  /** A metric without a computation is rendered here and now, in slices; the others in a worker. */
  readonly render: Renderer = async (input, signal) => {
    if (this.catalog.computeOf(input.prepared.parsed.metric.id) === undefined) {
      return render(this.catalog, input);
    }
    await this.gate.enter(signal).catch(() => {
      throw cancelled();
    });
    try {
      return await this.inWorker(input, signal);
    } finally {
      this.gate.leave();
    }
  };

  /** Ends every idle worker. */
  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((worker) => this.end(worker)));
  }

  private async inWorker(input: RenderInput, signal: AbortSignal): Promise<Rendered> {
    const worker = this.take();
    try {
      const answer = await ask(worker, input, signal);
      this.putBack(worker);
      return unwrap(answer);
    } catch (error) {
      if (!(error instanceof BackendError) || error.code === 'cancelled' || error.code === 'internal') {
        await this.end(worker);
      }
      throw error;
    }
  }

  private take(): Worker {
    const worker = this.idle.pop();
    if (worker === undefined) {
      return new Worker(new URL('./render-worker.ts', import.meta.url));
    }
    clearTimeout(this.idleTimers.get(worker));
    this.idleTimers.delete(worker);
    worker.ref();
    return worker;
  }

  private putBack(worker: Worker): void {
    worker.unref();
    this.idle.push(worker);
    const timer = setTimeout(() => {
      this.idle.splice(this.idle.indexOf(worker), 1);
      void this.end(worker);
    }, IDLE_MS);
    timer.unref();
    this.idleTimers.set(worker, timer);
  }

  private async end(worker: Worker): Promise<void> {
    clearTimeout(this.idleTimers.get(worker));
    this.idleTimers.delete(worker);
    await worker.terminate();
  }
}

/** One question, one answer. A signal that fires ends the wait; the worker has to be thrown away then. */
function ask(worker: Worker, input: RenderInput, signal: AbortSignal): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    // Only these listeners: Node has some of its own on a worker and stops delivering messages without them.
    const forget = () => {
      worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: BackendError) => {
      forget();
      reject(error);
    };
    const onAnswer = (answer: WorkerAnswer) => {
      forget();
      resolve(answer);
    };
    const onError = (error: unknown) => {
      fail(fallen(error));
    };
    const onExit = (code: number) => {
      fail(fallen(new Error(`exit code ${String(code)}`)));
    };
    const onAbort = () => {
      fail(cancelled());
    };
    if (signal.aborted) {
      reject(cancelled());
      return;
    }
    worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    worker.postMessage(pack(input));
  });
}

function unwrap(answer: WorkerAnswer): Rendered {
  if (!('error' in answer)) {
    return answer;
  }
  const { stack, ...fields } = answer.error;
  throw new BackendError({
    ...fields,
    cause: stack === '' ? undefined : Object.assign(new Error(fields.message), { stack }),
  });
}

function fallen(cause: unknown): BackendError {
  return new BackendError({
    code: 'internal',
    status: 500,
    source: 'plugin',
    message:
      'The computation of this metric fell over: choose a shorter range or fewer groups. The Grafana log has the details.',
    cause,
  });
}
