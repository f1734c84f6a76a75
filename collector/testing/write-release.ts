/** Writes collector/testing/releases/VERSION.json from this checkout: `npm run release-store -- VERSION`. Part of making a release. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase } from './database.ts';
import { fillExample } from './example-store.ts';
import { dumpRelease } from './release.ts';
import { stopUnusedServer } from './server.ts';

const [version = ''] = process.argv.slice(2);
const file = path.join(import.meta.dirname, 'releases', `${version}.json`);
if (!/^\d+\.\d+\.\d+$/.test(version) || existsSync(file)) {
  process.stderr.write(
    version === '' || !existsSync(file)
      ? 'Usage: npm run release-store -- 1.2.3\n'
      : `${file} is there: a released store is never written again.\n`
  );
  process.exit(2);
}
const db = await testDatabase();
await fillExample(db.pool);
writeFileSync(file, `${JSON.stringify(await dumpRelease(db.pool, version), null, 1)}\n`);
await db.close();
await stopUnusedServer();
