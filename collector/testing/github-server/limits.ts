/**
 * What GitHub allows, on the server's own clock: points an hour, CPU a minute, and pages that are too heavy. The clock moves by what each
 * request takes, so that hours of limits are tried in seconds.
 */
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
}

export class Limits {
  /** Milliseconds. */
  now: number;
  readonly options: Required<LimitOptions>;
  #hourEnds = 0;
  #used = 0;
  #cpu: Array<{ readonly at: number; readonly ms: number }> = [];
  /** Totals since the start. */
  readonly totals = { requests: 0, points: 0, cpuMs: 0, latencyMs: 0, refused: 0, heavy: 0, pulls: 0 };

  constructor(start: Date, options: LimitOptions = {}) {
    this.now = start.getTime();
    this.options = { points: 5000, cpuPerMinuteMs: 60_000, cpuPerPullMs: 100, latencyMs: 200, timeoutMs: 10_000, heavyNodes: 26_000, ...options }; // prettier-ignore
    this.#hourEnds = this.now + 3_600_000;
  }

  /** A request arrives. */
  arrive(): void {
    this.totals.requests += 1;
    this.now += this.options.latencyMs;
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
    // Of a query that began before the minute only the rest counts.
    const used = this.#cpu.reduce((sum, { at, ms }) => sum + Math.min(ms, at - from), 0);
    if (used < this.options.cpuPerMinuteMs) return 0;
    this.totals.refused += 1;
    return Math.ceil(((this.#cpu[0]?.at ?? this.now) - from) / 1000);
  }

  /** The query takes its CPU. False = it broke off, and cost its time all the same. */
  work(ms: number): boolean {
    const spent = Math.min(ms, this.options.timeoutMs);
    this.now += spent;
    this.totals.cpuMs += spent;
    this.#cpu.push({ at: this.now, ms: spent });
    return ms <= this.options.timeoutMs;
  }

  /** The client waits. */
  pass(ms: number): void {
    this.now += ms;
  }
}
