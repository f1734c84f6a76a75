// Asks a filled store as the data source does, under Bun: the runtime of the plugin's executable. Prints JSON; progress goes to standard error.
import { messageOf } from '../../collector/src/errors.ts';
import { END } from './facts.ts';
import { Bench, type Measured, type Reader } from './measure-queries.ts';
import { benchQueries } from './queries.ts';

/** What to ask: the argument of this script, as JSON. */
export interface Asked {
  readonly reader: Reader;
  readonly runs: number;
  /** Only queries whose group (default, board), metric and shape contain this; '' = all. */
  readonly only: string;
}

const WARM_RUNS = 3;
const YEAR_MS = 365 * 86_400_000;
/** A panel's year ends now, which is no midnight. */
const to = new Date(END.getTime() - 9.37 * 3_600_000);

async function ask({ reader, runs, only }: Asked): Promise<Measured[]> {
  const bench = new Bench(reader);
  const measured: Measured[] = [];
  try {
    for (const query of benchQueries()) {
      if (!`${query.group} ${query.metric} ${query.shape}`.includes(only)) continue;
      const one = await bench.measure(query, { runs, warm: WARM_RUNS, from: new Date(to.getTime() - YEAR_MS), to });
      process.stderr.write(
        `${query.metric} ${query.shape}: ${String(one.rows)} rows, p95 ${one.total.p95.toFixed(0)} ms\n`
      );
      measured.push(one);
    }
  } finally {
    await bench.close();
  }
  return measured;
}

try {
  process.stdout.write(JSON.stringify(await ask(JSON.parse(process.argv[2] ?? '') as Asked)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
