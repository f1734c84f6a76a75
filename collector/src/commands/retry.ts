import { openSession, type CommonOptions } from '../session.ts';
import { retryQuarantined } from '../receive/quarantine.ts';
import { print } from '../terminal/print.ts';

/** `throughline retry`: what was quarantined waits again, for the collector that runs or the next one. */
export async function retry(options: CommonOptions): Promise<number> {
  const session = await openSession(options, { mustExist: true });
  try {
    const count = await retryQuarantined(session.pool);
    print(
      count === 0
        ? 'Nothing is quarantined.\n'
        : `${count.toLocaleString('en')} deliveries are tried again with the next pass.\n`
    );
    return 0;
  } finally {
    await session.close();
  }
}
