/** The lines of a pass: one for each job, or one for all jobs of a stream where an organisation has many repositories. */
import type { Progress, ProgressLine } from '../terminal/progress.ts';
import type { Job } from './job.ts';

/** More jobs of one stream than this share a line. */
const MANY = 20;

interface Shared {
  readonly line: ProgressLine;
  /** Units that each job has done. */
  readonly units: Map<string, number>;
  unit: string;
  ended: number;
}

export interface PassLines {
  start(job: Job, jobs: readonly Job[]): ProgressLine;
  /** The job has ended, well or not. */
  end(job: Job, jobs: readonly Job[]): void;
}

export function passLines(progress: Progress): PassLines {
  const groups = new Map<string, Shared>();
  const sizeOf = (group: string, jobs: readonly Job[]): number => jobs.filter((job) => job.group === group).length;
  const text = ({ units, unit }: Shared): string => {
    const sum = [...units.values()].reduce((all, one) => all + one, 0);
    return sum === 0 ? 'repositories' : `repositories, ${sum.toLocaleString('en')} ${unit}`;
  };
  const sharedBy = (job: Job, jobs: readonly Job[]): Shared | null => {
    const { group } = job;
    const known = group === undefined ? undefined : groups.get(group);
    if (group === undefined || (known === undefined && sizeOf(group, jobs) <= MANY)) return null;
    const shared = known ?? { line: progress.start(group), units: new Map<string, number>(), unit: '', ended: 0 };
    groups.set(group, shared);
    return shared;
  };
  return {
    start: (job, jobs) => {
      const shared = sharedBy(job, jobs);
      if (shared === null) return progress.start(job.title);
      const size = sizeOf(job.group ?? '', jobs);
      return {
        update: (done, _total, unit) => {
          shared.units.set(job.id, done);
          shared.unit = unit;
          shared.line.update(shared.ended, size, text(shared));
        },
        done: () => undefined,
      };
    },
    end: (job, jobs) => {
      const shared = job.group === undefined ? undefined : groups.get(job.group);
      if (shared === undefined) return;
      shared.ended += 1;
      const size = sizeOf(job.group ?? '', jobs);
      if (shared.ended === size) shared.line.done(`${size.toLocaleString('en')} ${text(shared)}`);
      else shared.line.update(shared.ended, size, text(shared));
    },
  };
}
