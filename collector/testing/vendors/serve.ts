/** What the local vendor servers share: they listen, count, and answer with faults when told to. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  /** Ends the connection in the middle of the body. */
  readonly isCutOff?: boolean;
}

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Vendor {
  readonly url: string;
  readonly port: number;
  /** Paths with query, in order. */
  readonly asked: Asked[];
  /** Answers that come before the right one: the first request gets the first, … */
  readonly faults: Answer[];
  close(): void;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Starts a server on this machine. */
export async function serve(answer: (asked: Asked) => Answer): Promise<Vendor> {
  const asked: Asked[] = [];
  const faults: Answer[] = [];
  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const one = { method: request.method ?? '', url: new URL(request.url ?? '', 'http://vendor'), headers: request.headers, body }; // prettier-ignore
      asked.push(one);
      const { status, headers = {}, body: given, isCutOff = false } = faults.shift() ?? answer(one);
      const text = typeof given === 'string' ? given : given === undefined ? '' : JSON.stringify(given);
      if (isCutOff) {
        response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(text)) });
        response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
        return;
      }
      response.writeHead(status, headers).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    asked,
    faults,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Asked to wait. */
export const tooMany = (seconds: number): Answer => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  body: { message: 'Too Many Requests' },
});
/** In trouble. */
export const broken: Answer = { status: 502, body: '<html>Bad Gateway</html>' };
