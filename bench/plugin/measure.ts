/**
 * `npm run bench -- --plugin [--queries N] [--points N] [--parallel N] [--json]`: the compiled backend as Grafana starts and asks it,
 * over its socket, with an embedded Postgres behind it. The executable is the shipped one with one metric more, which yields exactly as
 * many points as it is asked for.
 */
import { availableParallelism, loadavg } from 'node:os';
import { testDatabase } from '../../collector/testing/database.ts';
import { stopUnusedServer } from '../../collector/testing/server.ts';
import { hostPlatform } from '../../plugin/scripts/compile-backend.ts';
import { compileForTests, WITH_FALL_SPEED } from '../../plugin/src/backend/fixtures/compile-for-tests.ts';
import { grafanaSettings, PluginProcess } from '../../plugin/src/backend/fixtures/plugin-process.ts';
import { quantile, residentMegabytes, soak, type Soaked } from '../../plugin/src/backend/fixtures/soak.ts';
import { measureOverhead, type Overhead } from './overhead.ts';

export interface PluginBenchOptions {
  /** Of the soak. Default 2,000. */
  readonly queries?: number;
  /** Points of each query of the soak. Default 2,000. */
  readonly points?: number;
  /** Queries of the soak at once. Default 20. */
  readonly parallel?: number;
}

export interface PluginBench {
  readonly platform: string;
  readonly cores: number;
  /** Load of the machine over the last minute when it began: other work makes every time longer. */
  readonly loadBefore: number;
  /** Median of seven starts. */
  readonly startMs: number;
  /** Resident, after a health check and two quiet seconds. */
  readonly idleMegabytes: number;
  readonly overhead: readonly Overhead[];
  readonly asked: { readonly queries: number; readonly points: number; readonly parallel: number };
  readonly soak: Soaked;
}

const STARTS = 7;
const IDLE_MS = 2000;

/** Gives what was measured. */
export async function benchPlugin(options: PluginBenchOptions = {}): Promise<PluginBench> {
  const { queries = 2000, points = 2000, parallel = 20 } = options;
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const executable = compileForTests(WITH_FALL_SPEED);
  const database = await testDatabase();
  try {
    const startMs = await medianStart(executable.file);
    const plugin = await PluginProcess.start([executable.file]);
    try {
      const settings = grafanaSettings(database);
      await plugin.call('pluginv2.Diagnostics/CheckHealth', {
        pluginContext: { orgId: 1, dataSourceInstanceSettings: settings },
      });
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      const idleMegabytes = residentMegabytes(plugin.process.pid ?? 0);
      const asReader = { settings, url: database.readerUrl };
      const overhead = [
        await measureOverhead(plugin, asReader, { points: 10_000, runs: 60 }),
        await measureOverhead(plugin, asReader, { points: 100_000, runs: 25 }),
      ];
      const asked = { queries, points, parallel };
      const soaked = await soakFresh(executable.file, settings, asked);
      return {
        platform: hostPlatform(),
        cores: availableParallelism(),
        loadBefore,
        startMs,
        idleMegabytes,
        overhead,
        asked,
        soak: soaked,
      };
    } finally {
      await plugin.stop();
    }
  } finally {
    executable.remove();
    await database.close();
    await stopUnusedServer();
  }
}

async function medianStart(executable: string): Promise<number> {
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const plugin = await PluginProcess.start([executable]);
    starts.push(plugin.startMs);
    await plugin.stop();
  }
  return quantile(starts, 0.5);
}

/** In a process of its own: what large queries left in the other's memory is not the soak's. */
async function soakFresh(executable: string, settings: object, asked: PluginBench['asked']): Promise<Soaked> {
  const plugin = await PluginProcess.start([executable]);
  try {
    return await soak(plugin, settings, asked);
  } finally {
    await plugin.stop();
  }
}
