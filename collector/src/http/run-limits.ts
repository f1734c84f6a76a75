/** What one run of a stream may ask of its source before it comes further: a source without an end takes neither the memory nor the days of others. */
import { CollectorError } from '../errors.ts';

export interface RunLimits {
  /** Before each request. @throws CollectorError `source_endless` */
  ask(): void;
  /** After each answer, and while one comes line by line. @throws CollectorError `source_endless` */
  take(bytes: number, isHeld: boolean): void;
  /** The run came further: all counts begin anew. */
  advance(): void;
}

/** Between two steps of the cursor. */
export const MOST = {
  requests: 20_000,
  /** Of answers that are held. */
  bytes: 2 * 2 ** 30,
  /** Of answers that are read line by line. */
  streamed: 8 * 2 ** 30,
  hours: 24,
};

/** @param what The stream, for the message. */
export function runLimits(what: string, most = MOST): RunLimits {
  let [requests, bytes, streamed, since] = [0, 0, 0, performance.now()];
  const endless = (how: string): CollectorError =>
    new CollectorError({
      code: 'source_endless',
      message: `${what}: ${how}, and the run came no further. What came before is kept. Check the address of the source and what stands between; report it if it stays.`,
      fault: 'source',
    });
  return {
    ask: () => {
      requests += 1;
      if (requests > most.requests) throw endless(`the source was asked ${most.requests.toLocaleString('en')} times`);
      if (performance.now() - since > most.hours * 3_600_000) throw endless(`${String(most.hours)} hours went by`);
    },
    take: (size, isHeld) => {
      if (isHeld) bytes += size;
      else streamed += size;
      const limit = isHeld ? most.bytes : most.streamed;
      if ((isHeld ? bytes : streamed) > limit) throw endless(`${String(Math.round(limit / 2 ** 20))} MB came`);
    },
    advance: () => {
      [requests, bytes, streamed, since] = [0, 0, 0, performance.now()];
    },
  };
}
