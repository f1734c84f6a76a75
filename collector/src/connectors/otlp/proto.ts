/** The wire format: requests and answers of opentelemetry-proto (the files of `proto/`, unchanged), read and written by protobufjs. */
import path from 'node:path';
import protobuf from 'protobufjs';

/** What one path receives. */
export type Signal = 'traces' | 'metrics' | 'logs';

// 64-bit numbers as plain ones: counts and instants lose nothing that is looked at (a quarter of a microsecond).
protobuf.util.Long = null as unknown as typeof protobuf.util.Long;
protobuf.configure();

const files = path.join(import.meta.dirname, 'proto');
const root = new protobuf.Root();
root.resolvePath = (_origin, target) => path.join(files, target);
root.loadSync(
  ['trace', 'metrics', 'logs'].map((one) => `opentelemetry/proto/collector/${one}/v1/${one}_service.proto`),
  { keepCase: false }
);

const NAMES = { traces: ['trace', 'Trace'], metrics: ['metrics', 'Metrics'], logs: ['logs', 'Logs'] } as const;

const service = (signal: Signal, what: 'Request' | 'Response'): protobuf.Type => {
  const [folder, name] = NAMES[signal];
  return root.lookupType(`opentelemetry.proto.collector.${folder}.v1.Export${name}Service${what}`);
};

const requests = { traces: service('traces', 'Request'), metrics: service('metrics', 'Request'), logs: service('logs', 'Request') }; // prettier-ignore
const responses = { traces: service('traces', 'Response'), metrics: service('metrics', 'Response'), logs: service('logs', 'Response') }; // prettier-ignore

/** `google.rpc.Status`. */
const status = new protobuf.Type('Status')
  .add(new protobuf.Field('code', 1, 'int32'))
  .add(new protobuf.Field('message', 2, 'string'));

/** The request as it looks in JSON (ids are bytes, numbers are numbers). @throws Error for bytes that are none. */
export const decodeRequest = (signal: Signal, body: Buffer): object => requests[signal].decode(body);

export const encodeResponse = (signal: Signal, response: object): Buffer =>
  Buffer.from(responses[signal].encode(responses[signal].fromObject(response)).finish());

export const encodeStatus = (code: number, message: string): Buffer =>
  Buffer.from(status.encode(status.fromObject({ code, message })).finish());
