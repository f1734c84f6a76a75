/** How much is held in memory at once of requests that are not answered yet: counted as it arrives, whatever was declared. */
import type { Readable } from 'node:stream';
import { CollectorError } from '../errors.ts';

/** Requests at once, and bytes of their bodies. */
const MOST = { requests: 512, bytes: 64 << 20 };

/** A request that is not answered yet. */
export interface Held {
  /** Bytes of its body that came. */
  bytes: number;
  /** Whether its headers alone show that it is from its source. */
  readonly isKnown: boolean;
  /** The credential that it carries; '' = none in its headers. */
  readonly holder: string;
  /** Ends the reading of its body; null = it is not being read. */
  end: ((error: CollectorError) => void) | null;
}

export interface Room {
  /** @throws CollectorError `push_flood` */
  enter(isKnown: boolean, holder?: string): Held;
  leave(held: Held): void;
  /** The body as it was sent. @throws CollectorError `push_too_large`, `push_flood`, or why the connection ended. */
  read(held: Held, body: Readable, most: number): Promise<Buffer>;
}

const flood = (): CollectorError =>
  new CollectorError({
    code: 'push_flood',
    message: 'Too many requests at once. Send it again in a moment.',
    fault: 'collector',
    retryable: true,
    retryAfterSeconds: 2,
  });

export const tooLarge = (): CollectorError =>
  new CollectorError({
    code: 'push_too_large',
    message: 'The body is too large. Send smaller batches.',
    fault: 'source',
  });

function readAll(held: Held, body: Readable, onBytes: (size: number) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const finish = (error: Error | null): void => {
      // What still comes is thrown away.
      body.off('data', onData);
      held.end = null;
      if (error) reject(error);
      else resolve(Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      onBytes(chunk.length);
    };
    held.end = finish;
    body.on('data', onData);
    body.once('end', () => finish(null));
    body.once('error', finish);
  });
}

/** When it is full those make way that nobody vouches for and that still send, the longest first: who only holds a place never keeps others out. */
export function openRoom(most = MOST): Room {
  // In the order they came.
  const all = new Set<Held>();
  let bytes = 0;
  const leave = (held: Held): void => {
    if (all.delete(held)) bytes -= held.bytes;
  };
  const makeWay = (): boolean => {
    for (const one of all) {
      if (!one.isKnown && one.end) {
        leave(one);
        one.end(flood());
        return true;
      }
    }
    return false;
  };
  /** The credential with the most places gives one to another that has fewer: the longest of its requests that still sends. */
  const makeWayFor = (holder: string): boolean => {
    const counts = new Map<string, number>();
    for (const one of all) counts.set(one.holder, (counts.get(one.holder) ?? 0) + 1);
    const largest = [...counts.values()].reduce((top, count) => Math.max(top, count), 0);
    if (largest <= (counts.get(holder) ?? 0) + 1) return false;
    for (const one of all) {
      if (counts.get(one.holder) === largest && one.end) {
        leave(one);
        one.end(flood());
        return true;
      }
    }
    return false;
  };
  return {
    leave,
    enter: (isKnown, holder = '') => {
      if (all.size >= most.requests && !makeWay() && !(isKnown && makeWayFor(holder))) throw flood();
      const held: Held = { bytes: 0, isKnown, holder, end: null };
      all.add(held);
      return held;
    },
    read: (held, body, limit) =>
      readAll(held, body, (size) => {
        held.bytes += size;
        bytes += size;
        if (held.bytes > limit) held.end?.(tooLarge());
        while (bytes > most.bytes && all.has(held) && makeWay());
        if (bytes > most.bytes) held.end?.(flood());
        if (held.end === null) leave(held);
      }),
  };
}
