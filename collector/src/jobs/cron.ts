/** Firing by the clock: one node-cron task per stream, kept up to date with the streams that there are. */
import { schedule, validate, type ScheduledTask } from 'node-cron';
import { CollectorError } from '../errors.ts';

/** What fires when. */
export interface Timed {
  readonly id: string;
  /** Cron expression. */
  readonly every: string;
}

export interface Cron {
  /** Fires for these streams from now on, and for no others. @returns ids that are new. @throws CollectorError `schedule_invalid`. */
  set(streams: readonly Timed[]): Promise<string[]>;
  stop(): Promise<void>;
}

function check({ id, every }: Timed): void {
  if (!validate(every)) {
    throw new CollectorError({
      code: 'schedule_invalid',
      message: `The schedule "${every}" of stream ${id} is not a cron expression. Correct it under schedules in throughline.yaml, e.g. "*/15 * * * *".`,
      fault: 'config',
    });
  }
}

/** `fire` is called with the instant for which a stream is due, in the time zone of the expressions. */
export function openCron(fire: (id: string, due: Date) => void, timeZone: string): Cron {
  const tasks = new Map<string, { readonly every: string; readonly task: ScheduledTask }>();
  const drop = async (id: string): Promise<void> => {
    await tasks.get(id)?.task.destroy();
    tasks.delete(id);
  };
  return {
    set: async (streams) => {
      streams.forEach(check);
      const wanted = new Map(streams.map((stream) => [stream.id, stream.every]));
      const added = [...wanted.keys()].filter((id) => !tasks.has(id));
      for (const [id, { every }] of [...tasks]) {
        if (wanted.get(id) !== every) {
          await drop(id);
        }
      }
      for (const [id, every] of wanted) {
        if (!tasks.has(id)) {
          const task = schedule(every, ({ date }) => fire(id, date), {
            timezone: timeZone,
            suppressMissedWarning: true,
          });
          tasks.set(id, { every, task });
        }
      }
      return added;
    },
    stop: async () => {
      for (const id of [...tasks.keys()]) {
        await drop(id);
      }
    },
  };
}
