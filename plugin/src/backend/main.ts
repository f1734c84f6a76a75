// The process that Grafana starts beside plugin.json (gpx_throughline_<os>_<arch>). Nothing but the handshake goes to stdout.
import { computes } from '../metrics/compute.generated.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { sql } from '../metrics/sql.generated.ts';
import { makeCatalog } from './catalog.ts';
import { Instances } from './instances.ts';
import { errorFields, log } from './protocol/log.ts';
import { ProcessMetrics } from './protocol/metrics.ts';
import { buildServer, listen } from './protocol/server.ts';
import { RenderWorkers } from './render-workers.ts';
import { migrations } from './schema.generated.ts';

/** go-plugin's magic cookie: says that a plugin manager started the process. */
const COOKIE = 'grafana_plugin_type';
/** Core protocol 1, plugin protocol 2. */
const HANDSHAKE = '1|2';
const PARENT_CHECK_MS = 5_000;
const SHUTDOWN_GRACE_MS = 3_000;

if (process.env[COOKIE] !== 'datasource') {
  process.stderr.write(
    'This is the backend of a Grafana plugin; Grafana starts it. To run one metric by hand: npm run -s query -- <metric>\n'
  );
  process.exit(1);
}

// A stray print of a library would break the handshake.
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

const catalog = makeCatalog(metrics, sql, computes);
const workers = new RenderWorkers(catalog);
const instances = new Instances({
  migrations,
  onError: (message, error) => {
    log('warn', message, errorFields(error));
  },
});
const server = buildServer(
  { engine: { catalog, render: workers.render }, instances, metrics: new ProcessMetrics() },
  () => {
    void shutdown('Grafana asked for it');
  }
);
const { network, address, forget } = await listen(server);

let isEnding = false;
/** Lets running calls finish for a moment, closes every connection, removes the socket and ends. */
async function shutdown(reason: string): Promise<void> {
  if (isEnding) {
    return;
  }
  isEnding = true;
  log('info', 'Shutting down', { reason });
  const end = () => {
    forget();
    process.exit(0);
  };
  setTimeout(end, SHUTDOWN_GRACE_MS).unref();
  await new Promise<void>((resolve) => {
    server.tryShutdown(() => {
      resolve();
    });
  });
  await Promise.all([instances.closeAll(), workers.close()]);
  end();
}

process.on('SIGTERM', () => void shutdown('SIGTERM'));
process.on('SIGINT', () => void shutdown('SIGINT'));

// A Grafana that was killed cannot say goodbye: a process whose parent changed is an orphan.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) {
    void shutdown('the parent process is gone');
  }
}, PARENT_CHECK_MS).unref();

process.stdout.write(`${HANDSHAKE}|${network}|${address}|grpc\n`);
log('info', 'Started', { pid: process.pid, metrics: metrics.length, schema: migrations.at(-1) ?? '' });
