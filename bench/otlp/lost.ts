/**
 * Is anything lost? Telemetry by the real exporter, which sends again what was not accepted, while the collector and the embedded Postgres are
 * killed with no chance to end, and Postgres is restarted, again and again. Then: is every accepted point in the store, and once?
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { openStore, type Store } from '../../collector/src/embedded/open.ts';
import { migrate } from '../../collector/src/store/migrate.ts';
import { freePort, startOtlp, TOKEN } from '../../collector/testing/otlp-process.ts';
import { sendPersistently } from '../../collector/testing/persistent-sender.ts';
import { receive } from '../../collector/testing/receiving.ts';

export interface LostBench {
  readonly pointsSent: number;
  readonly pointsStored: number;
  /** Sums of the values, which are all different: what is lost and what is double cannot make up for each other. */
  readonly sumSent: number;
  readonly sumStored: number;
  /** Deliveries that still wait, or were set aside. */
  readonly left: number;
  /** How often each was ended under load. */
  readonly ended: Readonly<Record<Accident, number>>;
  /** How often an exporter gave up and its export was sent anew. */
  readonly again: number;
  readonly seconds: number;
  readonly loadBefore: number;
}

const ACCIDENTS = ['collector', 'restart', 'crash'] as const;
type Accident = (typeof ACCIDENTS)[number];

const SENDERS = 8;
const POINTS = 100;
const LIMIT_MS = 180_000;

/** The collector and the store under it, on ports that stay. */
class Machine {
  private readonly folder: string;
  private readonly storePort: number;
  private readonly port: number;
  private store: Store;
  private collector: { readonly kill: () => Promise<void> };

  private constructor(ports: readonly [number, number], store: Store, folder: string) {
    [this.storePort, this.port] = ports;
    this.store = store;
    this.folder = folder;
    this.collector = { kill: () => Promise.resolve() };
  }

  static async start(): Promise<Machine> {
    const folder = mkdtempSync(path.join(tmpdir(), 'throughline-lost-'));
    const ports = [await freePort(), await freePort()] as const;
    const store = await openStore({ folder, port: ports[0], isReadAgain: true });
    await migrate(store.url);
    const machine = new Machine(ports, store, folder);
    machine.collector = await startOtlp(store.url, machine.port);
    return machine;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  async have(accident: Accident): Promise<void> {
    if (accident === 'collector') {
      await this.collector.kill();
      this.collector = await startOtlp(this.store.url, this.port);
      return;
    }
    if (accident === 'crash') process.kill(this.postmaster(), 'SIGKILL');
    await this.store.close().catch(() => undefined);
    await pause(300);
    this.store = await openStore({ folder: this.folder, port: this.storePort, isReadAgain: true });
  }

  private postmaster(): number {
    const { data = path.join(this.folder, 'postgres') } = JSON.parse(readFileSync(path.join(this.folder, 'store.json'), 'utf8')) as { data?: string }; // prettier-ignore
    return Number(readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  }

  /** Works off what is left, and gives what is in the store. */
  async settled(): Promise<{ readonly points: number; readonly sum: number; readonly left: number }> {
    await this.collector.kill();
    const pool = new pg.Pool({ connectionString: this.store.url, max: 3 });
    const receiving = await receive({ pool }, { otlp: { tokens: [{ token: TOKEN }] } });
    const until = Date.now() + LIMIT_MS;
    try {
      for (;;) {
        await receiving.work();
        const { rows } = await pool.query<{ points: number; sum: number; left: number }>(
          `select count(*)::integer as points, coalesce(sum(value), 0)::float8 as sum,
             (select count(*)::integer from inbox where state <> 'done') as left from tool_point`
        );
        const [found = { points: 0, sum: 0, left: 0 }] = rows;
        if (found.left === 0 || Date.now() > until) return found;
        await pause(200);
      }
    } finally {
      await receiving.close();
      await pool.end();
    }
  }

  async end(): Promise<void> {
    await this.collector.kill();
    await this.store.close();
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Sends so many points, with an accident every so many accepted exports, each kind in its turn. */
export async function benchLost({ points = 100_000, accidents = 12 } = {}): Promise<LostBench> {
  const machine = await Machine.start();
  const exports = Math.ceil(points / SENDERS / POINTS);
  const every = Math.max(1, Math.floor((exports * SENDERS) / (accidents + 1)));
  const ended = { collector: 0, restart: 0, crash: 0 };
  let happening = Promise.resolve();
  let [due, begun] = [every, 0];
  const onAccepted = (accepted: number): void => {
    if (accepted < due || begun >= accidents) return;
    due += every;
    const accident = ACCIDENTS[begun % ACCIDENTS.length] ?? 'collector';
    begun += 1;
    happening = happening.then(async () => {
      await machine.have(accident);
      ended[accident] += 1;
    });
  };
  const [at, loadBefore] = [performance.now(), loadavg()[0] ?? Number.NaN];
  try {
    const sent = await sendPersistently({ url: machine.url, token: TOKEN, senders: SENDERS, exports, points: POINTS, onAccepted }); // prettier-ignore
    await happening;
    const stored = await machine.settled();
    return {
      pointsSent: sent.points,
      pointsStored: stored.points,
      sumSent: sent.sum,
      sumStored: stored.sum,
      left: stored.left,
      ended,
      again: sent.again,
      seconds: Math.round((performance.now() - at) / 100) / 10,
      loadBefore,
    };
  } finally {
    await machine.end();
  }
}

/** Every point is there, and once. */
export const isWhole = ({ pointsSent, pointsStored, sumSent, sumStored, left }: LostBench): boolean =>
  pointsSent === pointsStored && sumSent === sumStored && left === 0;

/** For people. */
export const drawLost = (one: LostBench): string =>
  [
    `${String(one.pointsSent)} points sent, ${String(one.pointsStored)} stored in ${String(one.seconds)} s, ${String(one.left)} deliveries left; load before ${one.loadBefore.toFixed(1)}`,
    isWhole(one) ? 'every one of them once' : `LOST OR DOUBLE: sums ${String(one.sumSent)} sent, ${String(one.sumStored)} stored`, // prettier-ignore
    `collector killed ${String(one.ended.collector)} times, Postgres restarted ${String(one.ended.restart)} and killed ${String(one.ended.crash)} times; ${String(one.again)} exports given up by the exporter and sent anew`,
  ].join('\n');
