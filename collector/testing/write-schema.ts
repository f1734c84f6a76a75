/** Writes collector/schema.sql from the migrations: `npm run schema`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { testDatabase } from './database.ts';
import { dumpSchema } from './dump-schema.ts';
import { stopUnusedServer } from './server.ts';

const db = await testDatabase();
writeFileSync(path.join(import.meta.dirname, '..', 'schema.sql'), await dumpSchema(db.pool));
await db.close();
await stopUnusedServer();
