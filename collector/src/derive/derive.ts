/**
 * Derived facts. Every derived table is a pure function of the facts and the configuration; each run works off what changed (table
 * `dirty`), and a full run gives the same rows as any sequence of incremental ones.
 */
import type pg from 'pg';
import type { Config } from '../config/schema.ts';
import { analyzeMoved } from '../store/analyze.ts';
import { BEGIN, withConnection } from '../store/connection.ts';
import { alone } from './alone.ts';
import { writeEvents } from './organisation/events.ts';
import { writeExclusions } from './organisation/exclusions.ts';
import { writePhases } from './organisation/phases.ts';
import { writeOrganisation } from './organisation/step.ts';
import { deriveChanges, type StepContext } from './change/step.ts';
import { deriveOtherUnits } from './completion/other-units.ts';
import { deriveCompletions } from './completion/step.ts';
import { deriveDelivery } from './delivery/step.ts';
import { Directory } from './identity/directory.ts';
import { FANNED_OUT, fanOut } from './fan-out.ts';
import { forgetDerived } from './forget.ts';
import { deriveIdentity, removeStandIns } from './identity/step.ts';
import { deriveIssues } from './issues/step.ts';
import { deriveMatches } from './identity/matches.ts';
import { markChangedInputs } from './inputs.ts';
import { deriveSettings, writeSettings, type DeriveSettings } from './settings.ts';
import { packUnits } from './packs/persons.ts';
import { packDays } from './packs/survival.ts';
import { deriveSurvival } from './survival/step.ts';
import { deriveReported } from './usage/reported.ts';
import { deriveTelemetry } from './usage/telemetry.ts';
import { deriveDeclared, deriveLandings, deriveWeeks } from './usage/step.ts';
import { keepSeen, look } from './unchanged.ts';
import { loadPending, Pending, type Client, type WorkKind } from './work-list.ts';
import { writeDefinitions } from './organisation/workflows.ts';

export interface DeriveOptions {
  /** Its rows (services, teams, members, workflows, landing dates, settings) are written first: callers need not know an order. */
  readonly config: Config;
  /** Derive everything anew instead of what changed. */
  readonly full?: boolean;
  /** Called before each step: its name, and how many steps of how many are done. Of a step by repository a part may be. */
  readonly onProgress?: (step: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** With the facts themselves: who kept an answer to what they were before must not take it for one to what they are (facts-version.ts of the plugin). */
export const NOTE_DERIVED = `insert into setting as s (key, value) values ('facts_derived', to_jsonb(pg_current_xact_id()::text))
  on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at`;

type Step = (client: Client) => Promise<void>;

/** Whoever derived for so long, in milliseconds, can spare what statistics cost; one change is derived in a fraction of that. */
const LONG_MS = 1_000;

/** Steps of `Run.all`. */
export const STEPS = 10;

/** One derivation, on one connection. Steps without work are left out: that of one change is as long as its statements. */
class Run {
  private readonly client: Client;
  private readonly options: DeriveOptions;
  private readonly settings: DeriveSettings;
  private readonly context: StepContext;
  private pending = new Pending([], false);
  private isBehind = false;
  private stepsDone = 0;

  constructor(client: Client, options: DeriveOptions) {
    this.client = client;
    this.options = options;
    this.settings = deriveSettings(options.config);
    this.context = { directory: new Directory(this.settings), settings: this.settings, kept: new Map() };
  }

  private async transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
    await this.client.query(BEGIN);
    try {
      const result = await work(this.client);
      await this.client.query(NOTE_DERIVED);
      await this.client.query('commit');
      return result;
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** What waits; every step may add to it. */
  private async waiting(): Promise<Pending> {
    if (this.isBehind) this.pending = await loadPending(this.client);
    this.isBehind = false;
    return this.pending;
  }

  /** One step, one transaction: it is done as a whole or not at all. */
  private async once(name: string, isNeeded: boolean, step: Step): Promise<void> {
    if (isNeeded) {
      this.options.signal?.throwIfAborted();
      this.options.onProgress?.(name, this.stepsDone, STEPS);
      await this.transaction(step);
      this.isBehind = true;
    }
    this.stepsDone++;
  }

  /** One transaction per repository that has work. */
  private async perRepo(
    name: string,
    kinds: readonly WorkKind[],
    step: (client: Client, repoId: number) => Promise<void>
  ): Promise<void> {
    const repos = (await this.waiting()).reposWith(...kinds);
    for (const [done, repoId] of repos.entries()) {
      this.options.signal?.throwIfAborted();
      this.options.onProgress?.(name, this.stepsDone + done / repos.length, STEPS);
      await this.transaction((client) => step(client, repoId));
    }
    if (repos.length > 0) this.isBehind = true;
    this.stepsDone++;
  }

  private async configure(client: Client): Promise<void> {
    const { config, full = false } = this.options;
    if (full) await forgetDerived(client);
    await writeOrganisation(client, config);
    await writeSettings(client, this.settings);
    await writeDefinitions(client, this.settings);
    await writeEvents(client, this.settings);
    await writeExclusions(client, this.settings);
    await writePhases(client, this.settings);
    await markChangedInputs(client, this.settings);
    await deriveMatches(client);
    // Everything that follows from it is on the list now: it need not be done again even where this run ends here.
    await keepSeen(client, config, this.settings);
  }

  private async deriveUsage(client: Client): Promise<void> {
    const { timeZone } = this.settings;
    const waiting = await this.waiting();
    if (waiting.hasDays) await packDays(client);
    if (waiting.has('units')) await packUnits(client);
    if (waiting.has('declared')) await deriveDeclared(client, timeZone);
    // Declared usage may have marked weeks.
    const hasMoved = waiting.has('declared', 'week') && (await deriveWeeks(client, this.context));
    if (hasMoved || waiting.has('landing')) await deriveLandings(client, timeZone);
  }

  async all(): Promise<void> {
    const startedAt = performance.now();
    const { settings, context } = this;
    const { config, full = false } = this.options;
    const seen = await look(this.client, config, settings);
    this.pending = seen.pending;
    const isConfigured = seen.isConfigured && !full;
    const has = async (...kinds: readonly WorkKind[]): Promise<boolean> => (await this.waiting()).has(...kinds);
    await this.once('configuration', !isConfigured, (client) => this.configure(client));
    await this.once('identity', await has('identity', 'reported', 'telemetry'), async (client) => {
      await deriveIdentity(client, settings);
      const lost = await deriveTelemetry(client, settings.timeZone);
      await removeStandIns(client, [...lost, ...(await deriveReported(client, settings.timeZone))]);
      await deriveMatches(client);
    });
    await this.once('work list', await has(...FANNED_OUT), fanOut);
    await this.perRepo('changes', ['change', 'commit'], (client, repoId) => deriveChanges(client, repoId, context));
    await this.once('deployments', await has('delivery'), (client) => deriveDelivery(client, settings));
    await this.once('issues', await has('issue'), deriveIssues);
    await this.perRepo('workflows', ['completion'], (client, repoId) => deriveCompletions(client, repoId, context));
    await this.once('other units', await has('work_unit'), (client) => deriveOtherUnits(client, context));
    await this.perRepo('survival', ['survival', 'lines'], (client, repoId) => deriveSurvival(client, repoId, settings));
    const hasUsage = (await has('units', 'declared', 'week', 'landing')) || this.pending.hasDays;
    await this.once('usage', hasUsage, (client) => this.deriveUsage(client));
    if (performance.now() - startedAt > LONG_MS) await analyzeMoved(this.client);
  }
}

/**
 * Derives what changed since the last run (`full`: everything). Idempotent; what was interrupted is still on the list for the next run.
 * @throws CollectorError as `transaction`, or the abort reason of `signal`.
 */
export async function deriveAll(pool: pg.Pool, options: DeriveOptions): Promise<void> {
  const { signal = new AbortController().signal } = options;
  await alone(pool, signal, (lost) =>
    withConnection(pool, (client) => new Run(client, { ...options, signal: lost }).all())
  );
}
