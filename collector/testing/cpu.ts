/**
 * Milliseconds of the processor that this process spends on something, without its children: what bounds a test's speed. Not of the clock:
 * other work on the machine is no fault of what is tested.
 */
export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  return since(before);
}

/** As `cpuMs`, of something that is waited for; what else this process does meanwhile counts too. */
export async function cpuMsOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  return since(before);
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
