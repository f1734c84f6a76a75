import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { textIfThere } from '../config/read-text.ts';
import type { Config } from '../config/schema.ts';
import { before, firstEvent, type FirstEvent } from '../connect/first-event.ts';
import { CONNECTED_TOOLS, type ConnectedTool, type Given } from '../connect/tools.ts';
import { CollectorError } from '../errors.ts';
import { loadConfig } from '../config/load.ts';
import { openSession, type CommonOptions } from '../session.ts';
import { untilInterrupted } from '../terminal/interrupt.ts';
import { complain, print } from '../terminal/print.ts';

export interface ConnectOptions extends CommonOptions {
  readonly endpoint?: string;
  readonly showToken: boolean;
  readonly wait?: boolean;
  /** Longest wait in seconds. */
  readonly timeout: number;
}

const failed = (code: string, message: string): CollectorError =>
  new CollectorError({ code, message, fault: 'config' });

/** Steps from one word to another: letters put in, left out or exchanged. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_one, n) => n);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1)
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** @throws CollectorError `connect_tool` */
export function toolNamed(given: string): ConnectedTool {
  const name = given.toLowerCase();
  const found = CONNECTED_TOOLS.find((tool) => tool.name === name);
  if (found !== undefined) return found;
  const near = CONNECTED_TOOLS.find(({ name: one, aliases }) => [one, ...aliases].some((word) => word === name || distance(word, name) <= Math.max(1, Math.floor(word.length / 3)))); // prettier-ignore
  const names = CONNECTED_TOOLS.map((tool) => tool.name).join(', ');
  const meant = near === undefined ? '' : ` Did you mean ${near.name}?`;
  throw failed('connect_tool', `${JSON.stringify(given.slice(0, 60))} is no tool that can be connected.${meant} There are: ${names}. Others send by POST /ingest or CSV (docs/ingest.md, docs/import.md).`); // prettier-ignore
}

/** Name of the variable that holds the token, as the file has it (`${NAME}`); null = it has none. */
function variableOf(text: string): string | null {
  const token: unknown = text === '' ? null : parseDocument(text).getIn(['otlp', 'tokens', 0, 'token']);
  return typeof token === 'string' ? (/^\$\{(\w+)\}$/.exec(token)?.[1] ?? null) : null;
}

interface Token {
  /** What stands in the texts. */
  readonly shown: string;
  /** What is to be done at the collector first; '' = nothing. */
  readonly first: string;
}

const SECTION = 'otlp:\n  tokens:\n    - { token: "${OTLP_TOKEN}" }';

function tokenOf(config: Config, text: string, { showToken }: Pick<ConnectOptions, 'showToken'>): Token {
  const name = variableOf(text);
  const section = (config as { otlp?: { tokens: ReadonlyArray<{ token: { reveal: () => string } }> } }).otlp;
  const [known] = section?.tokens ?? [];
  if (known !== undefined) {
    if (showToken) return { shown: known.token.reveal(), first: '' };
    return { shown: `<${name ?? 'the token of section otlp'}>`, first: '' };
  }
  const made = showToken ? randomBytes(32).toString('hex') : '<OTLP_TOKEN>';
  const how = showToken ? made : '$(openssl rand -hex 32)   # or: throughline connect TOOL --show-token makes one';
  return {
    shown: made,
    first: `At the collector, once: a token of your choice, and throughline.yaml with\n\n${indent(`export OTLP_TOKEN=${how}`)}\n\n${indent(SECTION)}\n\n`,
  };
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

/** Where tools reach the collector. What it listens on is not always what they can name. */
function endpointOf({ http: { host, port } }: Config, given: string | undefined): { url: string; note: string } {
  if (given !== undefined) {
    if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
      throw failed('connect_endpoint', `--endpoint ${JSON.stringify(given.slice(0, 100))} is no address: give one as https://collector.example.com.`); // prettier-ignore
    return { url: given.replace(/\/+$/, ''), note: '' };
  }
  const isLocal = host === '127.0.0.1' || host === 'localhost' || host === '::1';
  const isAny = host === '0.0.0.0' || host === '::';
  const url = `http://${isAny ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  const why = isLocal
    ? 'The collector listens to this machine alone (http.host). For tools on others set http: { host: 0.0.0.0 }, behind something that speaks TLS, and name its address with --endpoint.\n\n'
    : isAny
      ? 'For tools on other machines name the address of the collector with --endpoint.\n\n'
      : '';
  return { url, note: why };
}

function guide(tool: ConnectedTool, given: Given, first: string): string {
  const steps = tool.steps.map(({ where, text }) => `${where}:\n\n${indent(text(given))}\n`).join('\n');
  return `${tool.title}\n\n${first}${steps}\nIt tells: ${tool.tells}.\nIt lacks: ${tool.lacks}.\nWhich session made which commit: throughline hook install (docs/connect.md).\n`;
}

const some = (count: number, one: string, many: string): string => `${String(count)} ${count === 1 ? one : many}`;

export function inWords({ people, sessions, placed }: FirstEvent, { from }: Pick<ConnectedTool, 'from'>): string {
  const who = people === 0 ? 'nobody by name' : some(people, 'person', 'people');
  if (from === 'vendor') return `First event from ${who}; the vendor tells no repository.\n`;
  const share = sessions === 0 ? 0 : Math.round((100 * placed) / sessions);
  return `First event from ${who}, repository known for ${String(share)} % of ${some(sessions, 'session', 'sessions')}.\n`;
}

/** How often the store is asked. */
const EVERY_MS = 1000;

async function wait(tool: ConnectedTool & { readonly toolId: string }, options: ConnectOptions): Promise<number> {
  const session = await openSession(options, { mustExist: true });
  const { signal, dispose } = untilInterrupted((text) => complain(`${text}\n`));
  try {
    print(`\nWaiting for the first event of ${tool.title}, at most ${String(options.timeout)} s; the collector must be running (throughline run). Ctrl-C ends the wait.\n`); // prettier-ignore
    const over = AbortSignal.timeout(options.timeout * 1000);
    const was = await before(session.pool, tool);
    const both = AbortSignal.any([signal, over]);
    const found = await firstEvent(session.pool, tool, { was, everyMs: EVERY_MS, signal: both });
    if (found !== null) {
      print(inWords(found, tool));
      return 0;
    }
    if (signal.aborted) return 130;
    throw failed('connect_silent', `nothing came of ${tool.title} within ${String(options.timeout)} s. Start a new session of the tool (settings are read at its start) and ask it something; then look at address and token (a wrong token is answered with 401), and at throughline status.`); // prettier-ignore
  } finally {
    dispose();
    await session.close();
  }
}

/** What to set for a tool, with the configuration of a folder. @throws CollectorError `connect_endpoint`, and as `loadConfig` */
export function guideOf(
  tool: ConnectedTool,
  options: Omit<ConnectOptions, 'home' | 'timeout'>,
  folder: string
): string {
  const { config } = loadConfig(options.config, folder);
  const { url, note } = endpointOf(config, options.endpoint);
  if (tool.from !== 'tool') return guide(tool, { endpoint: url, token: '' }, '');
  const text = textIfThere(path.resolve(folder, options.config ?? 'throughline.yaml')) ?? '';
  const token = tokenOf(config, text, options);
  return guide(tool, { endpoint: url, token: token.shown }, `${token.first}${note}`);
}

/**
 * `throughline connect TOOL`: what to set so that the tool reports, and then whether it does. @returns 0, or 130 when the wait was ended.
 * @throws CollectorError `connect_tool`, `connect_endpoint`, `connect_silent`, and as `loadConfig` and `openSession`
 */
export async function connect(name: string | undefined, options: ConnectOptions): Promise<number> {
  if (name === undefined) {
    print(CONNECTED_TOOLS.map((tool) => `${tool.name.padEnd(12)} ${tool.title}: ${tool.tells}\n`).join(''));
    return 0;
  }
  const tool = toolNamed(name);
  print(guideOf(tool, options, process.cwd()));
  const { toolId } = tool;
  const isWaiting = options.wait ?? process.stdout.isTTY;
  return isWaiting && toolId !== null ? wait({ ...tool, toolId }, options) : 0;
}
