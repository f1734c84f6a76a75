import type { Progress } from '../terminal/progress.ts';
import type { Job } from './job.ts';
import { passLines } from './pass-lines.ts';

function recorded(): { progress: Progress; said: string[] } {
  const said: string[] = [];
  const progress: Progress = {
    say: () => undefined,
    start: (title) => ({
      update: (done, total, unit) => void said.push(`${title}: ${String(done)}/${String(total)} ${unit}`),
      done: (text) => void said.push(`${title}: ${text}.`),
    }),
  };
  return { progress, said };
}

const jobs = (count: number): Job[] =>
  Array.from({ length: count }, (_none, index) => ({ id: String(index), title: `repository ${String(index)}`, group: 'GitHub: pull-requests' }) as Job); // prettier-ignore

test('few jobs have a line each', () => {
  const { progress, said } = recorded();
  const all = jobs(2);
  for (const job of all) passLines(progress).start(job, all).done('3 facts');
  expect(said).toEqual(['repository 0: 3 facts.', 'repository 1: 3 facts.']);
});

test('many jobs of a stream share one, which ends with the last of them, failed ones included', () => {
  const { progress, said } = recorded();
  const lines = passLines(progress);
  const all = jobs(30);
  for (const [index, job] of all.entries()) {
    const line = lines.start(job, all);
    if (index !== 7) {
      line.update(2, null, 'pull requests (4,990 points left)');
      line.done('2 facts');
    }
    lines.end(job, all);
  }
  expect(said[0]).toBe('GitHub: pull-requests: 0/30 repositories, 2 pull requests (4,990 points left)');
  expect(said.at(-1)).toBe('GitHub: pull-requests: 30 repositories, 58 pull requests (4,990 points left).');
  expect(said.filter((one) => one.endsWith('.'))).toHaveLength(1);
});
