/** A collector that receives: the HTTP server with the pushes of a configuration over a database, and its inbox worked off by hand. */
import { PassThrough } from 'node:stream';
import { configSchema, type Config } from '../src/config/schema.ts';
import type { PushRequest } from '../src/connector.ts';
import { deriveAll } from '../src/derive/derive.ts';
import { newLogger } from '../src/logger.ts';
import { pushRoutes } from '../src/receive/push.ts';
import { receiversOf } from '../src/receive/receivers.ts';
import { startServer } from '../src/receive/server.ts';
import { workOff, type Worked } from '../src/receive/work-off.ts';
import type { TestDatabase } from './database.ts';

export interface Receiving {
  readonly url: string;
  readonly config: Config;
  readonly post: (path: string, body: string | object, headers?: Readonly<Record<string, string>>) => Promise<Heard>;
  /** Works the inbox off. */
  readonly work: () => Promise<Worked>;
  /** Works it off and derives. */
  readonly settle: () => Promise<void>;
  /** Everything that was logged. */
  readonly logged: () => string;
  readonly close: () => Promise<void>;
}

export interface Heard {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Starts it. `given` is the configuration as the file would give it; `onBody` sees what is received. */
export async function receive(
  db: Pick<TestDatabase, 'pool'>,
  given: object,
  { onBody, port = 0 }: { readonly onBody?: (body: unknown) => void; readonly port?: number } = {}
): Promise<Receiving> {
  const config = configSchema.parse(given);
  const lines: string[] = [];
  const destination = new PassThrough();
  destination.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const receivers = receiversOf(config);
  const pushes = pushRoutes({
    pool: db.pool,
    receivers: receivers.values(),
    log: newLogger('debug', destination),
    onAccepted: () => undefined,
  });
  const watched = pushes.map((push) => ({
    ...push,
    receive: async (request: PushRequest) => {
      onBody?.(JSON.parse(request.body.toString('utf8')));
      return push.receive(request);
    },
  }));
  const server = await startServer({
    host: '127.0.0.1',
    port,
    pool: db.pool,
    pushes: onBody ? watched : pushes,
  });
  const url = `http://127.0.0.1:${String(server.port)}`;
  const work = async (): Promise<Worked> =>
    workOff({
      pool: db.pool,
      receivers: receiversOf(config),
      signal: new AbortController().signal,
    });
  return {
    url,
    config,
    work,
    settle: async () => {
      await work();
      await deriveAll(db.pool, { config });
    },
    post: async (path, body, headers = {}) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        body: text,
        headers: { 'content-type': 'application/json', ...headers },
      });
      const heard = await answer.text();
      return { status: answer.status, body: heard === '' ? null : JSON.parse(heard), headers: answer.headers };
    },
    logged: () => lines.join(''),
    close: () => server.close(),
  };
}
