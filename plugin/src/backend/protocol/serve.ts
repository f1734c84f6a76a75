/** The process that Grafana starts beside plugin.json (gpx_throughline_<os>_<arch>). Nothing but the handshake goes to stdout. */
import type { Server } from '@grpc/grpc-js';
import type { Compute, Metric } from '../../metrics/define.ts';
import { makeCatalog, type SqlTexts } from '../query/catalog.ts';
import { KeptAnswers } from '../query/kept-answers.ts';
import { Instances } from '../store/instances.ts';
import { errorFields, log } from './log.ts';
import { ProcessMetrics } from './metrics.ts';
import { buildServer, listen } from './server.ts';
import { RenderWorkers } from '../render-workers.ts';
import { migrations } from '../store/schema.generated.ts';

/** What the process answers: the generated modules. */
export interface Served {
  readonly metrics: readonly Metric[];
  readonly sql: SqlTexts;
  readonly computes: Readonly<Record<string, Compute>>;
}

/** go-plugin's magic cookie: says that a plugin manager started the process. */
const COOKIE = 'grafana_plugin_type';
/** Core protocol 1, plugin protocol 2. */
const HANDSHAKE = '1|2';
const PARENT_CHECK_MS = 5_000;
const SHUTDOWN_GRACE_MS = 3_000;

/** Runs the process until Grafana ends it. */
export async function serve({ metrics, sql, computes }: Served): Promise<void> {
  refuseByHand();
  guardProcess();
  const catalog = makeCatalog(metrics, sql, computes);
  const workers = new RenderWorkers(catalog);
  const onError = (message: string, error: unknown) => {
    log('warn', message, errorFields(error));
  };
  const instances = new Instances({ migrations, onError });
  const shell = {
    engine: { catalog, render: workers.render, answers: new KeptAnswers() },
    instances,
    metrics: new ProcessMetrics(),
  };
  const server = buildServer(shell, () => {
    end('Grafana asked for it');
  });
  const { network, address, forget } = await listen(server);
  const close = () => Promise.all([instances.closeAll(), workers.close()]);
  const end = orderlyEnd(server, { close, forget });
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  whenOrphaned(() => {
    end('the parent process is gone');
  });
  process.stdout.write(`${HANDSHAKE}|${network}|${address}|grpc\n`);
  log('info', 'Started', { pid: process.pid, metrics: metrics.length, schema: migrations.at(-1) ?? '' });
}

function refuseByHand(): void {
  if (process.env[COOKIE] !== 'datasource') {
    process.stderr.write(
      'This is the backend of a Grafana plugin; Grafana starts it. To run one metric by hand: npm run -s query -- <metric>\n'
    );
    process.exit(1);
  }
}

/** A stray print of a library would break the handshake, a stray error would end the process. */
function guardProcess(): void {
  console.log =
    console.info =
    console.debug =
      (...args: unknown[]) => {
        log('debug', 'Output of a library', { text: args.map(String).join(' ') });
      };
  process.on('uncaughtException', (error) => {
    log('error', 'Uncaught error; the process goes on', errorFields(error));
  });
  process.on('unhandledRejection', (error) => {
    log('error', 'Unhandled rejection; the process goes on', errorFields(error));
  });
}

interface Ending {
  readonly close: () => Promise<unknown>;
  readonly forget: () => void;
}

/** Lets running calls finish for a moment, closes every connection, removes the socket and ends. Once, however often it is asked for. */
function orderlyEnd(server: Server, { close, forget }: Ending): (reason: string) => void {
  let isEnding = false;
  const exit = () => {
    forget();
    process.exit(0);
  };
  return (reason) => {
    if (isEnding) {
      return;
    }
    isEnding = true;
    log('info', 'Shutting down', { reason });
    setTimeout(exit, SHUTDOWN_GRACE_MS).unref();
    server.tryShutdown(() => {
      void close().finally(exit);
    });
  };
}

/** A Grafana that was killed cannot say goodbye: a process whose parent changed is an orphan. */
function whenOrphaned(run: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      run();
    }
  }, PARENT_CHECK_MS).unref();
}
