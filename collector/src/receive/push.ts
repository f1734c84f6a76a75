/** Pushes of the configured connectors: raw body → verified → normalised by the connector → the same page as a stream's. */
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { ZodError } from 'zod';
import type { Config } from '../config/schema.ts';
import type { Connector, Push, PushRequest, PushedPage, Verifier } from '../connector.ts';
import { configuredConnectors } from '../connectors/configured.ts';
import { CollectorError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { installSecret, pseudonyms } from '../store/pseudonym.ts';
import { ensureRepo, writePage } from '../store/write-page.ts';

export interface PushAnswer {
  readonly type: string;
  readonly body: string | Buffer;
}

/** A path that the server receives. */
export interface PushRoute {
  readonly path: string;
  /** Longest body in bytes. */
  readonly maxBytes: number;
  /** @throws CollectorError `push_refused`, `push_invalid`, or what the store throws. */
  readonly receive: (request: PushRequest) => Promise<PushAnswer>;
}

export interface PushOptions {
  readonly pool: pg.Pool;
  readonly config: Config;
  readonly log: Logger;
  /** Makes a job due. */
  readonly fire: (jobId: string) => Promise<void>;
  /** Job that is due after every push that changed something. */
  readonly derivation: string;
}

const MEGABYTE = 1 << 20;

/** A body that is not what the connector expects. */
export const pushInvalid = (reason: string): CollectorError =>
  new CollectorError({
    code: 'push_invalid',
    message: `The body is not understood: ${reason}. Check the settings of the sender.`,
    fault: 'source',
  });

function decompressed({ headers, body }: PushRequest, maxBytes: number): Buffer {
  if (headers['content-encoding'] !== 'gzip') {
    return body;
  }
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch {
    throw pushInvalid(`it is not gzip, or longer than ${maxBytes.toLocaleString('en')} bytes`);
  }
}

interface Receiver {
  readonly connector: Connector;
  readonly push: Push<null>;
  readonly section: null;
  readonly verify: Verifier;
  readonly accountId: (provider: string, key: string) => string;
}

function normalized({ push, section, accountId }: Receiver, request: PushRequest): ReturnType<Push<null>['normalize']> {
  try {
    return push.normalize(request, { section, accountId, now: () => new Date() });
  } catch (error) {
    if (error instanceof ZodError) {
      const [issue] = error.issues;
      throw pushInvalid(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    throw error instanceof SyntaxError ? pushInvalid('it is not JSON') : error;
  }
}

async function write(pool: pg.Pool, streamId: string, page: PushedPage): Promise<number> {
  const repoId = page.repository === null ? null : await ensureRepo(pool, page.repository);
  const { rows, skips = [] } = page;
  const written = await writePage(pool, {
    streamId,
    repoId,
    page: { rows, skips, cursor: null, watermark: new Date() },
  });
  return written.rows;
}

function routeOf(receiver: Receiver, { pool, log, fire, derivation }: PushOptions): PushRoute {
  const { connector, push, verify } = receiver;
  const streamId = `${connector.id}/${push.id}`;
  const maxBytes = push.maxBytes ?? MEGABYTE;
  return {
    path: push.path ?? `/push/${connector.id}/${push.id}`,
    maxBytes,
    receive: async (raw) => {
      if (!verify(raw)) {
        throw new CollectorError({
          code: 'push_refused',
          message: `A request to ${streamId} does not carry the secret of the configuration. Set the same one at the sender.`,
          fault: 'source',
        });
      }
      const { pages, due = [], answer } = normalized(receiver, { ...raw, body: decompressed(raw, maxBytes) });
      let rows = 0;
      for (const page of pages) {
        rows += await write(pool, streamId, page);
      }
      log.info({ stream: streamId, pages: pages.length, rows }, 'push received');
      for (const { stream, scope } of due) {
        await fire([connector.id, stream, scope].filter((part) => part !== '').join('/'));
      }
      if (rows > 0) {
        await fire(derivation);
      }
      return answer ?? { type: 'application/json', body: '{}' };
    },
  };
}

/** The paths of all pushes that the configuration asks for. */
export async function pushRoutes(options: PushOptions): Promise<PushRoute[]> {
  const { accountId } = pseudonyms(await installSecret(options.pool));
  return configuredConnectors(options.config).flatMap(({ connector, section }) =>
    (connector.pushes ?? []).flatMap((push) => {
      const verify = push.verify(section);
      return verify === null ? [] : [routeOf({ connector, push, section, verify, accountId }, options)];
    })
  );
}
