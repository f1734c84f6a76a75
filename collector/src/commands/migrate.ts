import { schemaVersion } from '../store/migrate.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { print } from '../terminal/print.ts';

/** `throughline migrate`: applies what the store lacks and says where it is. */
export async function migrateStore(options: CommonOptions): Promise<number> {
  const session = await openSession(options);
  try {
    const { current } = await schemaVersion(session.pool);
    print(`The store is at schema ${current ?? '(empty)'}.\n${session.timescale.text}\n`);
    return 0;
  } finally {
    await session.close();
  }
}
