/**
 * The schema of `throughline.yaml`: what the house decides, and one section for each connector that has its own (`connectors/<source>/config.ts`).
 * Zero configuration is a valid configuration; every field has a default.
 */
import { z } from 'zod';
import { DEFAULT_LIMITS } from '../git/limits.ts';
import { AGES, type Aged } from '../privacy/ages.ts';
import { IN_WORDS, type Category } from '../privacy/categories.ts';
import { sections } from '../connectors/sections.generated.ts';
import { exclusionSchema } from './exclusions.ts';
import { phasesSchema } from './phases.ts';
import { isoDate, repositorySchema, slug } from './repository.ts';
import { sizeSchema } from './size.ts';
import { timeZone } from './time-zone.ts';
import { landedAt, usageSchema, workflowSchema } from './workflows.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'use HH:MM');
const collected = (what: string): z.ZodDefault<z.ZodBoolean> =>
  z.boolean().default(true).describe(`Whether is collected: ${what}.`);

const collectSchema = z
  .strictObject({
    usage: collected(IN_WORDS.usage),
    lines: collected(IN_WORDS.lines),
    surveys: collected(IN_WORDS.surveys),
    seniority: collected(IN_WORDS.seniority),
  } satisfies Record<Category, z.ZodDefault<z.ZodBoolean>>)
  .describe('What is switched off is never written, whatever brings it.');

const age = (name: Aged): z.ZodDefault<z.ZodInt> =>
  z
    .int()
    .min(AGES[name].least, `is fewer days than ${name} are needed for; the least is ${String(AGES[name].least)}`)
    .max(36_500)
    .default(AGES[name].days)
    .describe(`Days for which are kept: ${AGES[name].what}.`);

const retainSchema = z
  .strictObject({
    leavers: z
      .int()
      .min(30, 'is fewer than 30 days: a row of people.csv that is ended by mistake could not be mended in time')
      .max(36_500)
      .optional()
      .describe('Days after which people whom people.csv says to have left are erased. Default: never.'),
    ...({
      deliveries: age('deliveries'),
      openings: age('openings'),
      points: age('points'),
      events: age('events'),
      sessions: age('sessions'),
      seats: age('seats'),
    } satisfies Record<Aged, z.ZodDefault<z.ZodInt>>),
  })
  .refine(({ points, events }) => events >= points, {
    error: 'is shorter than points: days are added up from both, so single uses stay at least as long',
    path: ['events'],
  })
  .describe('Ages in days after which what is about people is removed, once a day.');

const privacySchema = z
  .strictObject({
    collect: collectSchema.prefault({}),
    retain: retainSchema.prefault({}),
    smallest_group: z
      .int()
      .min(1)
      .default(5)
      .describe('Least number of people in a shown cell; below 5 only by a written decision.'),
    usage_smallest_group: z
      .int()
      .min(1)
      .optional()
      .describe('The same for what is known of the use of tools. Default: smallest_group.'),
    self_view: z
      .enum(['off', 'email', 'sso', 'github'])
      .default('off')
      .describe(
        'By what of their Grafana account people are known who look at their own numbers (My work). Not off: every shown cell holds a person more.'
      ),
    log_evidence: z
      .boolean()
      .default(true)
      .describe('Who opens rows behind numbers is noted, and without a note nothing is shown.'),
    agreed_on: isoDate
      .refine(
        (day) => day <= new Date().toISOString().slice(0, 10),
        'lies in the future: a decision is made before it is written down'
      )
      .optional()
      .describe('Day of the decision to show smaller groups.'),
    agreed_by: z.string().trim().min(1).optional().describe('Who decided it, as every answer will say.'),
  })
  .superRefine(({ smallest_group, agreed_on, agreed_by }, context) => {
    if (smallest_group < 5 && (agreed_on === undefined || agreed_by === undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['smallest_group'],
        message: `${String(smallest_group)} people: groups of fewer than 5 are shown only where everyone concerned agreed. Say when and who in privacy.agreed_on and privacy.agreed_by (docs/privacy.md), or leave 5`,
      });
    }
  });

const atLeastOne = (value: number): z.ZodDefault<z.ZodInt> => z.int().min(1).default(value);

const limitsSchema = z
  .strictObject({
    paths_per_commit: atLeastOne(DEFAULT_LIMITS.pathsPerCommit).describe('A commit that changes more is skipped.'),
    lines_per_commit: atLeastOne(DEFAULT_LIMITS.linesPerCommit).describe('A commit that changes more is skipped.'),
    lines_per_file: atLeastOne(DEFAULT_LIMITS.linesPerFile).describe('A file with more keeps its last known lines.'),
    bytes_per_file: atLeastOne(DEFAULT_LIMITS.bytesPerFile).describe('A larger file keeps its last known lines.'),
  })
  .describe('How much line lifetimes read of one commit and one file; memory grows with it.');

export const mirrorsSchema = z
  .strictObject({
    max: sizeSchema('1MB').prefault('20GB').describe('Room that all mirrors of remotes may take together.'),
    fetches: z.int().min(1).max(64).default(2).describe('Remotes that are fetched at a time, over all processes.'),
  })
  .describe('Mirrors of remotes below the data folder.');

const eventSchema = z
  .strictObject({
    kind: z.enum(['policy', 'experiment']),
    title: z.string().min(1),
    text: z.string().optional(),
    from: isoDate.describe('First day.'),
    to: isoDate.optional().describe('Last day. Default: an instant for a policy, still running for an experiment.'),
    team: slug.optional().describe('Team that it concerns. Default: everyone.'),
  })
  .refine(({ from, to }) => to === undefined || to >= from, { error: 'ends before it starts', path: ['to'] });

const accountName = z.string().trim().min(3);

/** What the house decides; no connector is called like one of these. */
export const house = {
  store: z
    .strictObject({
      url: z.string().optional().describe('Postgres URL. Default: DATABASE_URL, else the embedded Postgres.'),
    })
    .prefault({}),
  time_zone: timeZone.default('UTC').describe('Zone of alert queries and local dates.'),
  business_hours: z
    .strictObject({
      from: clockTime.default('09:00'),
      to: clockTime.default('17:00'),
      days: z
        .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
        .min(1, 'names no day: no time would ever be worked; leave it out for Monday to Friday')
        .default(['mon', 'tue', 'wed', 'thu', 'fri']),
      holidays: z.array(isoDate).default([]),
    })
    .refine(({ from, to }) => to > from, {
      error:
        'ends before it starts: no time would ever be worked. Say the hours of one day, from the earlier to the later',
      path: ['to'],
    })
    .prefault({}),
  company_domain: z.string().optional().describe('Mail domain in which +tags are the same person.'),
  same_namespace: z.array(z.string()).default([]).describe('Providers that share logins.'),
  accounts: z
    .strictObject({
      agents: z.array(z.string()).default([]).describe('AI agents, which the rules do not know.'),
      automation: z.array(z.string()).default([]).describe('Programs without AI: never authors of what is compared.'),
      people: z.array(z.string()).default([]).describe('People whom the rules take for programs.'),
    })
    .prefault({})
    .describe('What an account is: globs over its address, login or name (`*-bot`, `*@ci.acme.io`).'),
  identity: z
    .strictObject({
      join: z.array(z.array(accountName).min(2)).default([]).describe('Accounts of one person each.'),
      split: z
        .array(z.array(accountName).min(2))
        .default([])
        .describe('Accounts of different people each, whatever joins them.'),
      shared: z.array(accountName).default([]).describe('Accounts that several people use: they are nobody’s.'),
    })
    .prefault({})
    .describe('The mapping of accounts to people: addresses, `provider:login`, or names that `people` prints.'),
  repositories: z.array(repositorySchema).default([]),
  services: z.array(z.strictObject({ id: slug, title: z.string().optional() })).default([]),
  teams: z
    .array(
      z.strictObject({
        id: slug,
        title: z.string().optional(),
        parent: slug.optional(),
        time_zone: timeZone.optional(),
        members: z.array(z.string()).default([]).describe('Mail addresses; people.csv gives history.'),
      })
    )
    .default([]),
  tools: z
    .array(
      z.strictObject({
        id: slug,
        title: z.string().optional(),
        landed_at: landedAt.optional(),
        usage: usageSchema.prefault({}),
      })
    )
    .default([]),
  workflows: z.array(workflowSchema).default([]),
  exclusions: z
    .array(exclusionSchema)
    .default([])
    .describe('Freezes, holidays and periods of bad data; every change of it is kept in the store.'),
  events: z.array(eventSchema).default([]).describe('Policy changes and experiment windows, shown as annotations.'),
  phases: phasesSchema.default([]).describe('Times that are compared with the first of them, in order.'),
  ai: z
    .strictObject({
      heavy_share: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.4)
        .describe('A change is ai_heavy above this share of effective lines.'),
      human_before: isoDate.optional().describe('As repositories[].human_before, for all repositories.'),
      assume_unmarked: z
        .enum(['unknown', 'human'])
        .default('unknown')
        .describe('`human` is an assumption; every row says so.'),
      marking: z
        .record(z.string(), z.enum(['on', 'off', 'forbidden']))
        .default({})
        .describe(
          'Repository, or `*` for all others → whether tools are to sign what they write there: named where recall of marks is low.'
        ),
      accept_activity: z.boolean().default(false).describe('Count mere tool activity as ai_assisted.'),
    })
    .prefault({}),
  deployments: z
    .strictObject({
      link_window_hours: z
        .number()
        .positive()
        .default(24)
        .describe('Longest time from a deployment to an incident it may have caused.'),
    })
    .prefault({}),
  privacy: privacySchema.prefault({}),
  limits: limitsSchema.prefault({}),
  mirrors: mirrorsSchema.prefault({}),
  schedules: z.record(z.string(), z.string()).default({}).describe('Stream id (connector/stream) → cron expression.'),
  http: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65535).default(4318) })
    .prefault({})
    .describe('Where health, metrics and pushes are served. Loopback unless you say otherwise.'),
};

export const configSchema = z.strictObject({ ...house, ...sections });

export type Config = z.infer<typeof configSchema>;
