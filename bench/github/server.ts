/** The GitHub of the bench, seen from the process that measures. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** What the server answered since its start. */
export interface Totals {
  readonly requests: number;
  readonly points: number;
  readonly cpuMs: number;
  readonly latencyMs: number;
  readonly refused: number;
  readonly heavy: number;
  readonly pulls: number;
}

export interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  /** Its clock, as of the last word. */
  now: number;
  ask(asked: { readonly pass?: number }): Promise<Totals>;
}

/** @param isReal Its clock is the machine's, see `LimitOptions`. */
export async function startServer(repositories: number, pulls: number, isReal: boolean): Promise<Server> {
  const args = [String(repositories), String(pulls), ...(isReal ? ['real'] : [])];
  const child = fork(path.join(import.meta.dirname, 'serve.ts'), args, { execArgv: process.execArgv });
  const [first] = (await once(child, 'message')) as [{ url: string; now: number }];
  const server: Server = {
    child,
    ...first,
    ask: async (asked) => {
      child.send(asked);
      const [said] = (await once(child, 'message')) as [{ now: number; totals: Totals }];
      server.now = said.now;
      return said.totals;
    },
  };
  return server;
}
