import path from 'node:path';
import { loadConfig } from '../config/load.ts';
import { withRepositories } from '../config/named-repositories.ts';
import type { Config } from '../config/schema.ts';
import { hasSources } from '../connectors/configured.ts';
import { connectors } from '../connectors/registry.generated.ts';
import { CollectorError, redact } from '../errors.ts';
import { cacheFolder } from '../jobs/list.ts';
import { drawPlan } from '../plan/draw.ts';
import { applyChoices, type Edited } from '../plan/edit.ts';
import { gather, type Plan } from '../plan/gather.ts';
import { drawDiff } from '../plan/line-diff.ts';
import { plannedMetrics } from '../plan/needs.ts';
import { readSuspects } from '../plan/suspects.ts';
import { readIfThere, replaceFile } from '../plan/write-file.ts';
import type { Choice } from '../planned.ts';
import type { CommonOptions } from '../session.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { complain, print, printJson } from '../terminal/print.ts';
import { progressOn } from '../terminal/progress.ts';

interface PlanOptions extends CommonOptions {
  readonly repo: readonly string[];
  /** Names of the command line by connector (`--github acme`). */
  readonly named: Readonly<Record<string, readonly string[]>>;
  readonly write: boolean;
  readonly all: boolean;
  readonly json: boolean;
}

/** Connectors whose names the command line gives. */
const namedConnectors = ({ named }: PlanOptions) =>
  connectors.flatMap((connector) => {
    const names = named[connector.id] ?? [];
    return connector.named === undefined || names.length === 0 ? [] : [{ ...connector.named, id: connector.id, names }];
  });

/** The configuration that is planned for: as for `npm start`, what the command line names stands in place of the repositories of the file. */
function completed(config: Config, options: PlanOptions): Config {
  const given = namedConnectors(options);
  const own = given.length > 0 && options.repo.length === 0 ? { ...config, repositories: [] } : config;
  const sections = Object.fromEntries(
    given.map(({ id, section, names }) => [id, section((config as Readonly<Record<string, unknown>>)[id], names, process.env)]) // prettier-ignore
  );
  return withRepositories({ ...own, ...sections }, options.repo);
}

const nothing = (): CollectorError =>
  new CollectorError({
    code: 'plan_nothing',
    message: `There is nothing to plan for: no repository and no source is named. Give --repo PATH_OR_URL${connectors.map(({ id, named }) => (named ? ` or --${id} NAME` : '')).join('')}, or a throughline.yaml (docs/configuration.md).`,
    fault: 'config',
  });

interface Written extends Edited {
  readonly file: string;
  readonly diff: readonly string[];
}

/** @throws CollectorError `config_not_editable`, `config_not_written`. */
function write(plan: Plan, options: PlanOptions): Written {
  const file = path.resolve(options.config ?? 'throughline.yaml');
  const before = readIfThere(file);
  const named = namedConnectors(options).flatMap(({ choices, names }): Choice[] => choices(names, process.env));
  const place = { file: path.basename(file), folder: path.dirname(file), env: process.env };
  const edited = applyChoices(before, [...named, ...plan.choices], place);
  if (edited.text !== before) replaceFile(file, before, edited.text);
  return { ...edited, file, diff: drawDiff(before, edited.text).map(redact) };
}

function drawWritten({ file, diff, made, kept }: Written): string {
  const head =
    made.length === 0
      ? `${file} has all of it already: nothing was written.`
      : `Written to ${file} (${String(made.length)} ${made.length === 1 ? 'value' : 'values'} added):`;
  const stays = kept.length === 0 ? [] : ['Not touched, since a person set it:', ...kept.map((line) => `  ${redact(line)}`)]; // prettier-ignore
  return `${['', head, ...diff.map((line) => `  ${line}`), ...stays].join('\n')}\n`;
}

/** `--write` into a file that does not exist yet: naming it is no mistake then. */
function configOf({ config, write: isWritten }: PlanOptions): Config {
  const isNew = isWritten && config !== undefined && readIfThere(path.resolve(config)) === '';
  return loadConfig(isNew ? undefined : config, isNew ? path.join(process.cwd(), 'throughline-none') : process.cwd()).config; // prettier-ignore
}

/** `throughline plan`: what was inferred and why, before anything is collected. @returns 1 when a source could not be asked. */
export async function plan(options: PlanOptions): Promise<number> {
  const config = completed(configOf(options), options);
  if (!hasSources(config)) throw nothing();
  const progress = progressOn(process.stderr);
  return interruptible(
    (text) => progress.say(text),
    async (signal) => {
      const cacheDir = config.repositories.some(({ url }) => url !== undefined) ? cacheFolder(options.home) : options.home; // prettier-ignore
      const suspicion = await readSuspects(config, options.home);
      const planned = await gather(config, { cacheDir, isWhole: options.all, progress, signal, suspicion });
      // What could not be asked is no reason to write half of it.
      const isWritten = options.write && planned.faults.length === 0;
      const written = isWritten ? write(planned, options) : null;
      if (options.json) {
        const { facts, ...rest } = planned;
        printJson({ ...rest, facts, metrics: plannedMetrics(planned.repositories, facts), ...(written === null ? {} : { written: { file: written.file, made: written.made, kept: written.kept, diff: written.diff } }) }); // prettier-ignore
      } else {
        const width = Math.min(120, process.stdout.columns ?? 110);
        print(redact(drawPlan(planned, { isWhole: options.all, width })));
        if (written !== null) print(drawWritten(written));
      }
      for (const fault of planned.faults) complain(`throughline: ${fault}\n`);
      if (options.write && !isWritten)
        complain('throughline: nothing was written, since not everything could be asked.\n');
      return planned.faults.length > 0 ? 1 : 0;
    }
  );
}
