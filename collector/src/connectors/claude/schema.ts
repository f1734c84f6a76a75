/**
 * Claude as Anthropic answers: Claude Code Analytics Admin API (Console) and Enterprise analytics (2026-11), which name the same things
 * differently; only the fields that are needed.
 */
import { z } from 'zod';
import { eachOf } from '../../lenient.ts';

/** There is no day of an Enterprise plan before. */
export const FIRST_ENTERPRISE_DAY = '2026-01-01';
/** Days of an Enterprise plan are kept for so long. */
export const ENTERPRISE_DAYS = 90;

/** What nobody does in a day is a fault of the source. */
const count = z.int().min(0).max(100_000_000).nullish();
const tokens = z.int().min(0).max(1_000_000_000_000).nullish();

const actor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user_actor'), email_address: z.string().min(3) }),
  z.object({ type: z.literal('api_actor'), api_key_name: z.string().min(1) }),
]);

const model = z.object({
  tokens: z.object({ input: tokens, output: tokens }).nullish(),
  /** In cents. */
  estimated_cost: z.object({ currency: z.string(), amount: z.number().min(0).max(1e9) }).nullish(),
});

/** One of several rows of an actor's day: by terminal and kind of customer. */
export const consoleRow = z.object({
  date: z.iso.datetime({ offset: true }),
  actor,
  core_metrics: z.object({ num_sessions: count, lines_of_code: z.object({ added: count }).nullish() }).nullish(),
  model_breakdown: z.array(model).nullish(),
});
export type ConsoleRow = z.infer<typeof consoleRow>;

const more = { has_more: z.boolean().nullish(), next_page: z.string().nullish() };
export const consolePage = z.object({ data: eachOf(consoleRow, 'row'), ...more });

export const enterpriseRow = z.object({
  user: z.object({ id: z.string().min(1).nullish(), email_address: z.string().min(3) }),
  claude_code_metrics: z
    .object({
      core_metrics: z
        .object({ distinct_session_count: count, lines_of_code: z.object({ added_count: count }).nullish() })
        .nullish(),
    })
    .nullish(),
});
export type EnterpriseRow = z.infer<typeof enterpriseRow>;
export const enterprisePage = z.object({ data: eachOf(enterpriseRow, 'user'), ...more });

export const cursor = z.object({
  /** First day that was not settled when it was read last, or was not read. */
  from: z.iso.date(),
});
export type Cursor = z.infer<typeof cursor>;
