import type { GitProcess } from './process.ts';

/** Sends lines to git, those of one turn of the event loop together: each write costs as much as a small answer. */
export interface LineSender {
  send(line: string): void;
  /** Drops what was not sent yet: the process is gone. */
  forget(): void;
}

export function lineSender(process: () => GitProcess | null): LineSender {
  let unsent = '';
  const flush = (): void => {
    if (unsent !== '') process()?.stdin.write(unsent);
    unsent = '';
  };
  return {
    send(line) {
      if (unsent === '') queueMicrotask(flush);
      unsent += `${line}\n`;
    },
    forget: () => void (unsent = ''),
  };
}
