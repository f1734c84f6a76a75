/** The gRPC server that Grafana's plugin manager talks to (hashicorp/go-plugin, protocol version 2). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import type { PackageDefinition } from '@grpc/proto-loader';
import { Memory } from './memory.ts';
import { callResource, health, queryData, statusText, type Shell } from './calls.ts';
import { descriptor } from './descriptor.generated.ts';
import type {
  CallResourceRequest,
  CallResourceResponse,
  CheckHealthRequest,
  CheckHealthResponse,
  CollectMetricsResponse,
  HealthCheckResponse,
  QueryDataRequest,
  QueryDataResponse,
} from './messages.ts';

/** Where Grafana finds the server: the words of the handshake line. */
export interface Address {
  readonly network: 'unix' | 'tcp';
  readonly address: string;
}

/** Services by their full names. */
export const services: PackageDefinition = protoLoader.fromJSON(descriptor, {
  longs: Number,
  keepCase: true,
  defaults: true,
  enums: Number,
});

/** Answers of a ten-year range in one-day buckets stay far below; Grafana's own limit towards plugins is 16 MiB. */
const MAX_RECEIVE_BYTES = 64 * 1024 * 1024;
const MAX_SEND_BYTES = 512 * 1024 * 1024;

type Unary<Request, Response> = grpc.handleUnaryCall<Request, Response>;

/** A server with every service that Grafana calls; `onShutdown` runs when Grafana asks the process to end. */
export function buildServer(shell: Shell, onShutdown: () => void): grpc.Server {
  const memory = new Memory();
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_RECEIVE_BYTES,
    'grpc.max_send_message_length': MAX_SEND_BYTES,
  });
  const query: Unary<QueryDataRequest, QueryDataResponse> = (call, done) => {
    answer(call, done, async (signal) => {
      const answered = await queryData(shell, call.request, signal);
      memory.answered();
      return answered;
    });
  };
  const check: Unary<CheckHealthRequest, CheckHealthResponse> = (call, done) => {
    answer(call, done, (signal) => health(shell, call.request.pluginContext, signal));
  };
  const collect: Unary<unknown, CollectMetricsResponse> = (_call, done) => {
    done(null, { metrics: { prometheus: Buffer.from(shell.metrics.text(gauges(shell))) } });
  };
  const resource: grpc.handleServerStreamingCall<CallResourceRequest, CallResourceResponse> = (call) => {
    streamResource(shell, call);
  };
  const isServing: Unary<unknown, HealthCheckResponse> = (_call, done) => {
    done(null, { status: 1 });
  };
  const watch: grpc.handleServerStreamingCall<unknown, HealthCheckResponse> = (call) => {
    call.write({ status: 1 });
  };
  const shutdown: Unary<unknown, object> = (_call, done) => {
    done(null, {});
    onShutdown();
  };
  server.addService(service('pluginv2.Data'), { QueryData: query });
  server.addService(service('pluginv2.Resource'), { CallResource: resource });
  server.addService(service('pluginv2.Diagnostics'), { CheckHealth: check, CollectMetrics: collect });
  server.addService(service('grpc.health.v1.Health'), { Check: isServing, Watch: watch });
  server.addService(service('plugin.GRPCController'), { Shutdown: shutdown });
  return server;
}

/** Listens on a unix socket of its own (Windows: a loopback port). The folder of the socket is removed by `forget`. */
export async function listen(server: grpc.Server): Promise<Address & { readonly forget: () => void }> {
  if (process.platform === 'win32') {
    const port = await bind(server, '127.0.0.1:0');
    return { network: 'tcp', address: `127.0.0.1:${String(port)}`, forget: () => undefined };
  }
  const folder = mkdtempSync(path.join(process.env['PLUGIN_UNIX_SOCKET_DIR'] ?? tmpdir(), 'plugin'));
  const address = path.join(folder, 'plugin.sock');
  await bind(server, `unix:${address}`);
  const forget = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { network: 'unix', address, forget };
}

function bind(server: grpc.Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) {
        resolve(port);
      } else {
        reject(error);
      }
    });
  });
}

function service(name: string): grpc.ServiceDefinition {
  return services[name] as unknown as grpc.ServiceDefinition;
}

/** Runs one call with a signal that fires when Grafana gives it up. A gRPC error would fail all queries: it is the last resort. */
function answer<Response>(
  call: grpc.ServerUnaryCall<unknown, Response>,
  done: grpc.sendUnaryData<Response>,
  work: (signal: AbortSignal) => Promise<Response>
): void {
  const { signal, settle } = cancellation(call);
  work(signal).then(
    (response) => {
      settle();
      done(null, response);
    },
    (error: unknown) => {
      settle();
      done({ code: grpc.status.INTERNAL, details: statusText(error) });
    }
  );
}

function streamResource(
  shell: Shell,
  call: grpc.ServerWritableStream<CallResourceRequest, CallResourceResponse>
): void {
  const { signal, settle } = cancellation(call);
  callResource(shell, call.request, signal).then(
    (response) => {
      settle();
      call.write(response);
      call.end();
    },
    (error: unknown) => {
      settle();
      call.emit('error', { code: grpc.status.INTERNAL, details: statusText(error) });
    }
  );
}

/** Under Bun `cancelled` also fires after a normal answer; once settled it means nothing. */
function cancellation(call: { on: (event: 'cancelled', listener: () => void) => unknown }): {
  signal: AbortSignal;
  settle: () => void;
} {
  const controller = new AbortController();
  let isSettled = false;
  call.on('cancelled', () => {
    if (!isSettled) {
      controller.abort(new Error('cancelled by Grafana'));
    }
  });
  return {
    signal: controller.signal,
    settle: () => {
      isSettled = true;
    },
  };
}

function gauges({ instances, engine }: Shell): Record<string, number> {
  const loads = instances.open.map(({ store }) => store.load);
  return {
    throughline_data_sources: loads.length,
    throughline_connections: loads.reduce((sum, { connections }) => sum + connections, 0),
    throughline_kept_answer_bytes: engine.answers.load.bytes,
    throughline_waiting_queries: loads.reduce((sum, { waiting }) => sum + waiting, 0),
  };
}
