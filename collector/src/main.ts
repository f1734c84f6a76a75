/** Entry point: runs the command line and turns every error into one clear line and an exit code. */
import { CommanderError, type Command } from 'commander';
import { buildProgram } from './commands/cli.ts';
import { CollectorError, lineOf } from './errors.ts';
import { withStoreErrors } from './store/connection.ts';
import { exitOnInterrupt } from './terminal/interrupt.ts';
import { complain } from './terminal/print.ts';

/** Exit codes: 0 done, 1 an error (the line says which), 2 the command line was wrong, 130 interrupted. */
function codeOf(error: unknown): number {
  return error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : 1;
}

function report(error: unknown): void {
  if (error instanceof CommanderError) {
    return; // commander has said it
  }
  complain(`throughline: ${lineOf(error)}\n`);
  if (!(error instanceof CollectorError) && process.env.THROUGHLINE_DEBUG) {
    complain(`${error instanceof Error ? (error.stack ?? '') : ''}\n`);
  }
}

exitOnInterrupt();
const program = buildProgram((code) => {
  process.exitCode = code;
});
const throwing = (command: Command): void => {
  command.exitOverride();
  command.commands.forEach(throwing);
};
throwing(program);

try {
  await withStoreErrors(() => program.parseAsync(process.argv));
} catch (error) {
  report(error);
  process.exitCode = codeOf(error);
}
