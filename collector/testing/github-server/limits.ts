/**
 * What GitHub allows, on the server's own clock: points an hour, CPU a minute, and pages that are too heavy. The clock moves by what each
 * request takes, so that hours of limits are tried in seconds; or it is the machine's, and what takes time takes it.
 */
import { setTimeout as pause } from 'node:timers/promises';

export interface LimitOptions {
  /** Points an hour. Default 5,000. */
  readonly points?: number;
  /** CPU a minute in milliseconds. Default 60,000. */
  readonly cpuPerMinuteMs?: number;
  /** CPU of a pull request whose connections are read. Default 100. */
  readonly cpuPerPullMs?: number;
  /** Way there and back. Default 200. */
  readonly latencyMs?: number;
  /** A query that takes longer breaks off. Default 10,000. */
  readonly timeoutMs?: number;
  /** Nodes of one answer above which all of its nodes come back as null. Default 26,000. */
  readonly heavyNodes?: number;
  /** Latency and CPU are really waited for, several requests side by side. Default false. */
  readonly isReal?: boolean;
}

export class Limits {
  readonly options: Required<LimitOptions>;
  readonly #start: number;
  readonly #startedAt = performance.now();
  #passed = 0;
  #hourEnds = 0;
  #used = 0;
  #cpu: Array<{ readonly at: number; readonly ms: number }> = [];
  /** Totals since the start. */
  readonly totals = { requests: 0, points: 0, cpuMs: 0, latencyMs: 0, refused: 0, heavy: 0, pulls: 0 };

  constructor(start: Date, options: LimitOptions = {}) {
    this.#start = start.getTime();
    this.options = { points: 5000, cpuPerMinuteMs: 60_000, cpuPerPullMs: 100, latencyMs: 200, timeoutMs: 10_000, heavyNodes: 26_000, isReal: false, ...options }; // prettier-ignore
    this.#hourEnds = this.now + 3_600_000;
  }

  /** Milliseconds. */
  get now(): number {
    const moved = this.options.isReal ? performance.now() - this.#startedAt : 0;
    return this.#start + this.#passed + moved;
  }

  /** The instant as of which is answered: whole seconds of a real clock, so that what was made for one answer serves others. */
  get shown(): number {
    return this.options.isReal ? Math.floor(this.now / 1000) * 1000 : this.now;
  }

  async #take(ms: number): Promise<void> {
    if (this.options.isReal) await pause(Math.max(0, ms));
    else this.#passed += ms;
  }

  /** A request arrives. */
  async arrive(): Promise<void> {
    this.totals.requests += 1;
    await this.#take(this.options.latencyMs);
    this.totals.latencyMs += this.options.latencyMs;
    if (this.now >= this.#hourEnds) {
      this.#used = 0;
      this.#hourEnds = this.now + 3_600_000;
    }
  }

  get remaining(): number {
    return Math.max(0, this.options.points - this.#used);
  }

  get resetAt(): Date {
    return new Date(this.#hourEnds);
  }

  /** False = the hour's points are used up. */
  pay(points: number): boolean {
    if (this.remaining < points) {
      this.#used = this.options.points;
      this.totals.refused += 1;
      return false;
    }
    this.#used += points;
    this.totals.points += points;
    return true;
  }

  /** Seconds after which there is CPU again; 0 = there is. */
  get cpuWait(): number {
    const from = this.now - 60_000;
    this.#cpu = this.#cpu.filter(({ at }) => at > from);
    // Of a query that began before the minute, or is under way, only the part within it counts.
    const used = this.#cpu.reduce((sum, { at, ms }) => sum + Math.max(0, Math.min(at, this.now) - Math.max(at - ms, from)), 0); // prettier-ignore
    if (used < this.options.cpuPerMinuteMs) return 0;
    this.totals.refused += 1;
    return Math.ceil(((this.#cpu[0]?.at ?? this.now) - from) / 1000);
  }

  /** The query takes its CPU, of which the answer took a part already. False = it broke off, and cost its time all the same. */
  async work(ms: number, takenMs: number): Promise<boolean> {
    const spent = Math.min(ms, this.options.timeoutMs);
    this.totals.cpuMs += spent;
    this.#cpu.push({ at: this.now + spent, ms: spent });
    await this.#take(spent - (this.options.isReal ? takenMs : 0));
    return ms <= this.options.timeoutMs;
  }

  /** The client waits. */
  pass(ms: number): void {
    this.#passed += ms;
  }
}
