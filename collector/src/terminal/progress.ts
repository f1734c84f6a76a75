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

function describe(state: { done: number; total: number | null; unit: string }, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? state.done / (elapsedMs / 1000) : 0;
  const speed = rate >= 1 ? `, ${Math.round(rate).toLocaleString('en')}/s` : '';
  if (state.total === null || state.total === 0) {
    return `${state.done.toLocaleString('en')} ${state.unit}${speed}`;
  }
  if (state.done === 0) {
    return `0 of ${state.total.toLocaleString('en')} ${state.unit}`;
  }
  const share = Math.floor((100 * state.done) / state.total);
  const left =
    rate > 0 && state.done < state.total ? `, ${seconds(((state.total - state.done) / rate) * 1000)} left` : '';
  return `${String(share)} % of ${state.total.toLocaleString('en')} ${state.unit}${speed}${left}`;
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
