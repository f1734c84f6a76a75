/** Progress on stderr: one line that moves on a terminal, plain lines elsewhere. stdout stays free for results. */
import { printable } from './print.ts';

/** Back to the start of the line, which is emptied. */
const CLEAR = '\r\x1b[K';

export interface ProgressLine {
  /** Units done, of how many (null = unknown), of what. Repeated calls are cheap: at most ten a second are drawn. */
  update(done: number, total: number | null, unit: string): void;
  /** Ends the line with a summary. */
  done(text: string): void;
}

export interface Progress {
  /** Starts a line, e.g. `acme/shop: history`. */
  start(title: string): ProgressLine;
  /** A line of its own. */
  say(text: string): void;
}

const seconds = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms / 1000));
  return whole < 60 ? `${String(whole)} s` : `${String(Math.floor(whole / 60))} min ${String(whole % 60)} s`;
};

/** Units done, of how many (null = unknown), of what. */
export interface Told {
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

/** E.g. `40 % of 10,000 commits`. */
export function described({ done, total, unit }: Told): string {
  if (total === null || total === 0) {
    return `${done.toLocaleString('en')} ${unit}`;
  }
  const share = done === 0 ? '0' : `${String(Math.floor((100 * done) / total))} %`;
  return `${share} of ${total.toLocaleString('en')} ${unit}`;
}

/** With its speed and the time that is left. */
function describe(told: Told, elapsedMs: number): string {
  const { done, total } = told;
  if (total !== null && total > 0 && done === 0) {
    return described(told);
  }
  const rate = elapsedMs > 0 ? done / (elapsedMs / 1000) : 0;
  const speed = rate >= 1 ? `, ${Math.round(rate).toLocaleString('en')}/s` : '';
  const left = total !== null && rate > 0 && done < total ? `, ${seconds(((total - done) / rate) * 1000)} left` : '';
  return `${described(told)}${speed}${left}`;
}

/** Progress for a stream that is (or is not) a terminal; null = none is shown. */
export function progressOn(stream: NodeJS.WriteStream | null): Progress {
  const write = (text: string): void => void stream?.write(text);
  const start = stream?.isTTY === true ? CLEAR : '';
  const isTerminal = stream?.isTTY === true;
  return {
    say: (text) => write(`${printable(text)}\n`),
    start: (title) => {
      const started = Date.now();
      let drawn = isTerminal ? 0 : started;
      return {
        update: (done, total, unit) => {
          const now = Date.now();
          // A log file gets a line every ten seconds, a terminal ten a second.
          if (now - drawn < (isTerminal ? 100 : 10_000)) {
            return;
          }
          drawn = now;
          const text = printable(`${title}: ${describe({ done, total, unit }, now - started)}`);
          write(isTerminal ? `${CLEAR}${text}` : `${text}\n`);
        },
        done: (text) => write(`${start}${printable(`${title}: ${text}`)} (${seconds(Date.now() - started)})\n`),
      };
    },
  };
}
