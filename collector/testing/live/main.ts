/**
 * `npm run live [-- --record]`: tries what the machine has for real, and says what it did not find. With `--record` what real programs
 * sent becomes fixtures, under their version, with the day on which it was received.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../src/errors.ts';
import { stopUnusedServer } from '../server.ts';
import { alertmanager } from './alertmanager.ts';
import { gitHttp } from './git-http.ts';
import { aiTools } from './tools.ts';

const isRecording = process.argv.includes('--record');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function record(file: string, value: unknown): void {
  if (!isRecording) return;
  const target = path.join(import.meta.dirname, '../../src', file);
  mkdirSync(path.dirname(target), { recursive: true });
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync(target, `${JSON.stringify({ received_on: day, bodies: value }, null, 2)}\n`);
  say(`recorded: ${file}`);
}

for (const { name, run } of [alertmanager, gitHttp, aiTools]) {
  try {
    const done = await run({ record });
    say(done === null ? `${name}: not found on this machine` : `${name}: ${done}`);
  } catch (error) {
    say(`${name}: FAILED: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
await stopUnusedServer();
