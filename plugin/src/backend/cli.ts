// `npm run -s query -- <metric> [--param k=v …] --from … --to …`: one metric, exactly as a panel would run it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Column, Row } from '../metrics/define.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { readSettings, type ConnectionSettings } from '../settings.ts';
import { BackendError, toBackendError } from './errors.ts';
import { cutNotices, statusNotices } from './frames/notices.ts';
import { captionOf, drawCsv, drawTable, printable, recordsOf } from './frames/print-rows.ts';
import { INSTANTS, readInstant } from './query/instant.ts';
import { openTerminal, settingsOfUrl } from './terminal.ts';

const USAGE = `Usage: npm run -s query -- <metric> [options]

  --param name=value   a parameter of the metric; repeat it for several values of one, or for several parameters
  --from, --to         range: an ISO date or time, or days back such as 90d (default: 365d, the last 12 months, to now)
  --tz zone            IANA zone of the buckets (default: that of the organisation, and always where small groups are hidden)
  --json | --csv       instead of a table
  --brief              a table of groups, value, interval, n and status only
  --home folder        where the embedded store lies (default: .throughline); DATABASE_URL names another store
  --config file        configuration that names the store (default: throughline.yaml here, if there is one)

Metrics: ${metrics.map(({ id }) => id).join(', ')}
`;

interface Options {
  readonly metricId: string;
  readonly params: Record<string, unknown>;
  readonly from: Date;
  readonly to: Date;
  readonly tz: string | undefined;
  readonly output: 'table' | 'brief' | 'json' | 'csv';
  readonly home: string;
}

/** @throws Error with the usage for what it cannot read. */
function readOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      param: { type: 'string', multiple: true },
      from: { type: 'string' },
      to: { type: 'string' },
      tz: { type: 'string' },
      json: { type: 'boolean' },
      csv: { type: 'boolean' },
      brief: { type: 'boolean' },
      home: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [metricId, ...rest] = positionals;
  if (values.help === true || metricId === undefined) {
    return null;
  }
  if (rest.length > 0) {
    throw badOption(`One metric at a time; ${rest.join(' ')} is too much. Parameters are given as --param name=value.`);
  }
  return {
    metricId,
    params: readParams(values.param ?? []),
    from: readTime('--from', values.from ?? '365d'),
    to: values.to === undefined ? new Date() : readTime('--to', values.to),
    tz: values.tz,
    output: values.json === true ? 'json' : values.csv === true ? 'csv' : values.brief === true ? 'brief' : 'table',
    home: values.home ?? process.env['THROUGHLINE_HOME'] ?? '.throughline',
  };
}

/** `repo=a` and `repo=b` make a list; a JSON list in one go does too. */
function readParams(given: readonly string[]): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const pair of given) {
    const at = pair.indexOf('=');
    if (at < 1) {
      throw badOption(`--param ${pair} is no name=value.`);
    }
    const [name, text] = [pair.slice(0, at), pair.slice(at + 1)];
    if (text === '') {
      throw badOption(`--param ${pair} is empty: leave it out for the default, or give ${name}=[] for none of a list.`);
    }
    const value: unknown = /^\[.*\]$/s.test(text) ? parseList(name, text) : text;
    const known = params[name];
    params[name] = known === undefined ? value : [known, value].flat();
  }
  return params;
}

function parseList(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badOption(`--param ${name}=${text} is no JSON list.`);
  }
}

function readTime(option: string, text: string): Date {
  const at = readInstant(text);
  if (at === null) {
    throw badOption(
      `${option} ${text} is not a date of the years ${INSTANTS}: use 2026-01-31, 2026-01-31T12:00:00Z, or 90d for 90 days ago.`
    );
  }
  return at;
}

/** DATABASE_URL, or the connection file that the collector leaves beside the embedded store. */
function readConnection(home: string): ConnectionSettings {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined && url !== '') {
    return settingsOfUrl(url);
  }
  const file = path.resolve(home, 'connection.json');
  try {
    const { password, ...json } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    return readSettings({ ...json, tlsMode: 'disable' }, { password: password ?? '' });
  } catch (cause) {
    throw new BackendError({
      code: 'bad_settings',
      status: 400,
      message: `There is no store: ${file} cannot be read and DATABASE_URL is not set. Start the collector first (npm start), or set DATABASE_URL.`,
      cause,
    });
  }
}

async function query({ metricId: metric, output, home, tz, ...rest }: Options): Promise<void> {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
  });
  const terminal = await openTerminal(readConnection(home), controller.signal);
  try {
    const question = { metric, ...rest, ...(tz === undefined ? {} : { tz }) };
    const { columns, rows, totalRows, notices, whyHidden } = await terminal.ask(question);
    process.stdout.write(printable(print(output, columns, rows)));
    const shown = [...cutNotices(rows.length, totalRows), ...statusNotices(rows, columns, whyHidden), ...notices];
    for (const { severity, text } of shown) {
      process.stderr.write(printable(`${severity}: ${text}\n`));
    }
  } finally {
    await terminal.close();
  }
}

function print(output: Options['output'], columns: readonly Column[], rows: readonly Row[]): string {
  if (output === 'json') {
    return `${JSON.stringify(recordsOf(columns, rows), null, 2)}\n`;
  }
  return output === 'csv'
    ? drawCsv(columns, rows)
    : `${captionOf(columns)}${drawTable(output === 'brief' ? columns.filter(isBrief) : columns, rows)}`;
}

/** What answers the question: the group, the number, its interval, how many, and whether to believe it. */
function isBrief({ name, role }: Column): boolean {
  return role === 'time' || role === 'label' || ['value', 'lo', 'hi', 'n', 'n_dev', 'status', 'verdict'].includes(name);
}

function badOption(message: string): BackendError {
  return new BackendError({ code: 'bad_value', status: 400, message });
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(USAGE);
  } else {
    await query(options);
  }
} catch (error) {
  const isUsage = String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
  const text = isUsage ? `${(error as Error).message}\n\n${USAGE}` : `${toBackendError(error).message}\n`;
  process.stderr.write(printable(text));
  process.exitCode = 1;
}
