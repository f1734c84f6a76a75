/**
 * `npx throughline mcp`: an assistant's questions, over the Model Context Protocol on stdin and stdout. It reads with the reader's role and
 * through the same gate as a panel. stdout carries the protocol and nothing else.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { lineOf, messageOf } from '../collector/src/errors.ts';
import { defaultHome } from '../collector/src/session.ts';
import { interruptible } from '../collector/src/terminal/interrupt.ts';
import { complain } from '../collector/src/terminal/print.ts';
import { readingOf } from './mcp/reading.ts';
import { makeServer } from './mcp/server.ts';

const HELP = `npx throughline mcp [options]

  Speaks the Model Context Protocol over stdin and stdout: an assistant starts it (docs/assistants.md).

  --home FOLDER   folder of the embedded store (default: .throughline); THROUGHLINE_READER_URL names another store,
                  THROUGHLINE_TEAMS the teams that it is bound to (default: all)
  --config FILE   configuration (default: throughline.yaml here, if there is one)
  --evidence      the assistant may also read single changes, deployments and incidents, with their titles (default: numbers only)
`;

/** Longer messages end the connection: a question is short. */
const MOST_BYTES = 1_000_000;

function readOptions() {
  try {
    return parseArgs({
      options: {
        home: { type: 'string', default: defaultHome() },
        config: { type: 'string' },
        evidence: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    complain(`${messageOf(error)}\n${HELP}`);
    process.exit(2);
  }
}

/** Ends when the assistant closes its side, or with a signal. */
async function serve({ home, config, evidence }: ReturnType<typeof readOptions>, signal: AbortSignal): Promise<number> {
  const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }; // prettier-ignore
  const reading = readingOf({ home, config });
  const server = makeServer({ reading, withEvidence: evidence, version });
  const ended = new Promise<void>((resolve) => {
    server.server.onclose = resolve;
    process.stdin.once('end', resolve).once('close', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  server.server.onerror = (error) => complain(`mcp: ${lineOf(error)}\n`);
  await server.connect(new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MOST_BYTES }));
  complain('throughline mcp: reading only; waiting for an assistant on stdin.\n');
  await ended;
  await server.close();
  await reading.close();
  return 0;
}

const options = readOptions();
if (options.help) {
  complain(HELP);
} else {
  // What a library has to say must not get between the messages.
  console.log = console.error;
  try {
    process.exitCode = await interruptible(complain, (signal) => serve(options, signal));
  } catch (error) {
    complain(`mcp: ${lineOf(error)}\n`);
    process.exitCode = 1;
  }
}
