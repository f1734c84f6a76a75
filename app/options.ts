/** Options of `npm start`. */
import { parseArgs } from 'node:util';
import { CollectorError, messageOf } from '../collector/src/errors.ts';
import { defaultHome } from '../collector/src/session.ts';
import { complain } from '../collector/src/terminal/print.ts';
import { INSTANTS, readInstant } from '../plugin/src/backend/query/instant.ts';
import type { Range } from './answers/scope.ts';
import { FORGES } from './forges.ts';

const NAMES = { type: 'string', multiple: true, default: [] as string[] } as const;

export const HELP = `npm start -- [options]

  --repo PATH_OR_URL   read this repository (repeatable) instead of showing the demo organisation
${FORGES.map(({ id, named }) => `  ${`--${id} NAME`.padEnd(19)}  read this ${named.help} (repeatable)`).join('\n')}
  --once               end after one pass
  --json               with --once: one JSON document on stdout; everything else goes to stderr
  --from, --to DATE    range of the answers (default: the 12 months up to the newest data)
  --config FILE        configuration (default: throughline.yaml here, if there is one)
  --home FOLDER        folder of the embedded store and caches (default: .throughline)
`;

/** The options of the command line. An unknown one ends the process with 2 and this help. */
export function readOptions() {
  try {
    return parseArgs({
      options: {
        repo: { type: 'string', multiple: true, default: [] },
        ...(Object.fromEntries(FORGES.map(({ id }) => [id, NAMES])) as Record<string, typeof NAMES>),
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        from: { type: 'string' },
        to: { type: 'string' },
        config: { type: 'string' },
        home: { type: 'string', default: defaultHome() },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    complain(`${messageOf(error)}\n${HELP}`);
    process.exit(2);
  }
}

export type Options = ReturnType<typeof readOptions>;

/** An instant of the command line, as the query takes it. @throws CollectorError `bad_range`. */
function instantOf(option: string, text: string): Date {
  const at = readInstant(text);
  if (at === null) {
    throw badRange(
      `${option} ${text} is not a date of the years ${INSTANTS}. Use 2026-01-31, 2026-01-31T12:00:00Z, or 90d for 90 days ago.`
    );
  }
  return at;
}

function badRange(message: string): CollectorError {
  return new CollectorError({ code: 'bad_range', message, fault: 'config' });
}

/** What --from and --to say, before anything is collected. @throws CollectorError `bad_range`. */
export function readRange({ from, to }: Options): Range {
  const range = {
    from: from === undefined ? null : instantOf('--from', from),
    to: to === undefined ? null : instantOf('--to', to),
  };
  if (range.from !== null && range.to !== null && range.from >= range.to) {
    throw badRange(`--from ${from ?? ''} is not before --to ${to ?? ''}. Give an earlier --from.`);
  }
  return range;
}
