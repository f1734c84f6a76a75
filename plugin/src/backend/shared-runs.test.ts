import { SharedRuns } from './shared-runs.ts';

/** A run that ends when it is told to. */
function controlled() {
  const signals: AbortSignal[] = [];
  const ends: Array<{ resolve: (value: string) => void; reject: (error: Error) => void }> = [];
  const run = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<string>((resolve, reject) => ends.push({ resolve, reject }));
  };
  return { run, signals, ends };
}

describe('SharedRuns', () => {
  it('runs once for all who ask meanwhile, and anew afterwards', async () => {
    const runs = new SharedRuns();
    const { run, ends } = controlled();
    const { signal } = new AbortController();
    const all = ['q', 'q', 'q', 'other'].map((question) => runs.join(question, signal, run));
    expect(ends).toHaveLength(2);
    ends[0]!.resolve('answer');
    ends[1]!.resolve('another');
    expect(await Promise.all(all)).toEqual(['answer', 'answer', 'answer', 'another']);
    void runs.join('q', signal, run);
    expect(ends).toHaveLength(3);
  });

  it('lets one leave and the others wait; when the last one leaves it is stopped and forgotten', async () => {
    const runs = new SharedRuns();
    const { run, ends, signals } = controlled();
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const one = runs.join('q', first.signal, run);
    const two = runs.join('q', second.signal, run);
    first.abort();
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    expect(signals[0]!.aborted).toBe(false);
    ends[0]!.resolve('answer');
    expect(await two).toBe('answer');
    // What it left to be done (the end of a transaction) is not stopped.
    expect(signals[0]!.aborted).toBe(false);
    const alone = runs.join('q', third.signal, run);
    third.abort();
    await expect(alone).rejects.toMatchObject({ code: 'cancelled' });
    expect(signals[1]!.aborted).toBe(true);
    void runs.join('q', second.signal, run);
    expect(signals).toHaveLength(3);
    await expect(runs.join('q', third.signal, run)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('fails for everybody and keeps no failure', async () => {
    const runs = new SharedRuns();
    const { run, ends } = controlled();
    const { signal } = new AbortController();
    const all = [runs.join('q', signal, run), runs.join('q', signal, run)];
    ends[0]!.reject(new Error('away'));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = runs.join('q', signal, run);
    ends[1]!.resolve('back');
    expect(await again).toBe('back');
  });
});
