import { stopUnusedServer } from './server.ts';

/** globalTeardown of both jest configurations. */
export default async function teardown(): Promise<void> {
  await stopUnusedServer();
}
