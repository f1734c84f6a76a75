/**
 * What `POST /ingest/*` takes: one JSON document, or one a line (NDJSON). Unknown keys are refused by name: a mistyped key would be lost
 * without a word. docs/ingest.md and docs/ingest.schema.json are generated from this file.
 */
import { z } from 'zod';
import { pattern, type Pattern } from '../../text/pattern.ts';

/** Names under which other connectors write: nobody sends in their name. */
export const RESERVED_SOURCES: readonly string[] = [
  ...['alertmanager', 'argocd', 'cdevents', 'claude', 'copilot', 'csv', 'cursor', 'example', 'git', 'github', 'gitlab', 'grafana-alerting', 'incidentio', 'jira', 'linear', 'otlp', 'pagerduty'], // prettier-ignore
];

/** What no store holds, NUL and halves of characters, and white space, as parts of a class in ECMA 262 with flag u: so JSON Schema has it. */
const NOT_HELD = '\\u0000\\uD800-\\uDFFF';
const HELD = `[^${NOT_HELD}]`;
const INK = `[^\\s${NOT_HELD}]`;

/** As people count, and JSON Schema: an emoji is one. */
const isWithin = (given: string, most: number): boolean => given.length <= most || [...given].length <= most;
const tooLong = (most: number): string => `is longer than ${most.toLocaleString('en')} characters`;
const text = (most = 300) =>
  z
    .string()
    .trim()
    .min(1, 'is empty')
    .refine((given) => isWithin(given, most), tooLong(most))
    .meta({ pattern: `^\\s*${INK}(?:${HELD}{0,${String(most - 2)}}${INK})?\\s*$` });
const longText = (most: number) =>
  z
    .string()
    .refine((given) => isWithin(given, most), tooLong(most))
    .meta({ pattern: `^${HELD}*$`, maxLength: most });
const instant = () =>
  z.iso
    .datetime({ offset: true, error: ({ input }) => (typeof input === 'string' ? 'is not an instant with a zone like 2026-01-31T10:00:00Z' : undefined) })
    .refine((given) => given >= '1990', 'lies before 1990: check the clock of the sender')
    .meta({ allOf: [{ pattern: '^(?:199|[2-9])' }] })
    .transform((given) => new Date(given)); // prettier-ignore
const like = (form: Pattern, message: string, most = 1000) =>
  z
    .string()
    .refine((given) => isWithin(given, most), tooLong(most))
    .refine((given) => form.test(given), message)
    .meta({ pattern: form.source.replaceAll('[^', `[^${NOT_HELD}`), maxLength: most });
const WHOLE_SHA = pattern`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`;
const SHA = pattern`^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$`;
// What JSON Schema calls a pattern knows no flags, and other white space.
const WEB = pattern`^[hH][tT][tT][pP][sS]?://[^\t\n\f\r /?#@]+(?:[/?#][^\t\n\f\r ]*)?$`;
const NAME = pattern`^[a-z0-9][a-z0-9_.-]{0,63}$`;
const NUMBER = pattern`^[1-9]\d{0,9}$`;
const wholeSha = () => like(WHOLE_SHA, 'is not a whole commit (40 hexadecimal digits in lower case, or 64)');
const someSha = () => like(SHA, 'is not a commit (7 to 40 hexadecimal digits in lower case)');
const url = () => like(WEB, 'is not a web address', 2000);
const repo = () => text(200).describe('Repository as `throughline status` names it, e.g. `acme/shop`.');
const source = () =>
  like(NAME, 'use lower-case letters, digits, dots, dashes')
    .refine((name) => !RESERVED_SOURCES.includes(name), 'is the name of a connector: nobody sends in its name')
    .meta({ not: { enum: [...RESERVED_SOURCES] } })
    .default('ingest')
    .describe('What sends, e.g. `jenkins`. Ids are its own.');
const updatedAt = () =>
  instant()
    .nullish()
    .describe(
      'When this state became true. Of two bodies with one id the later state counts, in whatever order they come.'
    );

/** Results as tools write them. */
const RESULTS: Readonly<Record<string, 'success' | 'failure' | 'cancelled'>> = {
  success: 'success',
  succeeded: 'success',
  failure: 'failure',
  failed: 'failure',
  error: 'failure',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  aborted: 'cancelled',
};
/** A pattern without flags for a word in whatever case. */
const anyCase = (word: string): string => [...word].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('');
const result = () =>
  z
    .string()
    .toLowerCase()
    .refine((given) => Object.hasOwn(RESULTS, given), `is not one of ${Object.keys(RESULTS).join(', ')}`)
    .meta({ pattern: `^(?:${Object.keys(RESULTS).map(anyCase).join('|')})$` })
    .transform((given) => RESULTS[given] ?? 'failure');

/** Rules about two fields, as JSON Schema has them. Null is not given. */
const has = (name: string, more: object = { type: 'string' }) => ({ required: [name], properties: { [name]: more } });
const hasOne = (...names: readonly string[]) => ({ anyOf: names.map((name) => has(name)) });

const commit = z.strictObject({ repo: repo(), sha: wholeSha(), ref: text().nullish() });

export const deploy = z
  .strictObject({
    id: text(200).describe('Id of the deployment. The same one again is the same deployment.'),
    source: source(),
    service: text(200).nullish().describe('What was deployed. Default: the repository.'),
    environment: text(100)
      .default('production')
      .describe('Where to. The delivery metrics read production (`prod`, `prd`, `live`).'),
    status: result()
      .default('success')
      .describe(
        '`success`, `failure` (before it served anybody) or `cancelled`; as most tools write them. Send it when it has ended.'
      ),
    started_at: instant().nullish().describe('When it began.'),
    finished_at: instant().nullish().describe('When it ended. Default: when the request came.'),
    repo: repo().nullish(),
    sha: wholeSha().nullish().describe('Deployed commit, whole. Without it no change can be linked.'),
    ref: text().nullish().describe('Tag or branch.'),
    commits: z
      .array(commit)
      .max(1, 'holds several repositories: send one deployment for each service')
      .nullish()
      .describe('The same as `repo`, `sha` and `ref`, as a list of one.'),
    kind: z
      .enum(['planned', 'rollback', 'hotfix', 'unknown'])
      .nullish()
      .describe('Default: `rollback` with `rollback_of`, else found out.'),
    rollback_of: text(200).nullish().describe('Id of the bad deployment that this one takes back or mends.'),
    is_degraded: z.boolean().default(false).describe('It served users badly after it succeeded.'),
    url: url().nullish().describe('Its page.'),
    updated_at: updatedAt(),
  })
  .refine(({ repo: one, service, commits }) => Boolean(one ?? service ?? commits?.[0]), {
    error: 'give service or repo',
    path: ['service'],
  })
  .refine(({ sha, repo: one }) => !sha || Boolean(one), { error: 'give the repository of sha', path: ['repo'] })
  .refine(({ started_at: from, finished_at: to }) => !from || !to || from <= to, {
    error: 'lies before started_at',
    path: ['finished_at'],
  })
  .meta({
    allOf: [
      { anyOf: [has('service'), has('repo'), has('commits', { type: 'array', minItems: 1 })] },
      { anyOf: [{ not: has('sha') }, has('repo')] },
    ],
  });
export type Deploy = z.infer<typeof deploy>;

const person = z
  .strictObject({
    email: z
      .email({ error: 'is not a mail address' })
      .toLowerCase()
      .max(320)
      .nullish()
      .describe('Address; the same as in git joins both.'),
    login: text(100).nullish().describe('Login at `source`.'),
    name: text().nullish().describe('Name.'),
    is_bot: z.boolean().default(false).describe('A program without AI.'),
  })
  .refine(({ email, login }) => Boolean(email ?? login), { error: 'give email or login' })
  .meta(hasOne('email', 'login'));
export type Person = z.infer<typeof person>;

export const incident = z
  .strictObject({
    id: text(200).describe('Id of the incident. The same one again is the same incident.'),
    source: source(),
    title: text(1000).nullish().describe('Default: the id.'),
    service: text(200).nullish().describe('What broke. Without it only a named cause links the incident.'),
    environment: text(100).default('production').describe('Where. Incidents elsewhere are never linked by time.'),
    severity: z.enum(['s1', 's2', 's3', 's4']).nullish().describe('`s1` is the worst.'),
    started_at: instant().describe('When it began.'),
    detected_at: instant().nullish().describe('When somebody noticed.'),
    acknowledged_at: instant().nullish().describe('When somebody took it on.'),
    responder: person.nullish().describe('Who took it on. Workflows of incidents count their use of tools.'),
    resolved_at: instant().nullish().describe('When it was over. Send the incident again with it.'),
    deployment: text(200).nullish().describe('Id of the deployment that caused it.'),
    cause_sha: someSha().nullish().describe('Commit that caused it.'),
    text: longText(100_000)
      .nullish()
      .describe('Description. Only commits, numbers of changes (`#12`) and links to them are kept of it.'),
    customer_reported: z.boolean().default(false).describe('A customer reported it.'),
    security: z.boolean().default(false).describe('It is a security incident.'),
    url: url().nullish().describe('Its page.'),
    updated_at: updatedAt(),
  })
  .refine(({ started_at: from, resolved_at: to }) => !to || from <= to, {
    error: 'lies before started_at',
    path: ['resolved_at'],
  })
  .refine(({ started_at: from, acknowledged_at: to }) => !to || from <= to, {
    error: 'lies before started_at',
    path: ['acknowledged_at'],
  });
export type Incident = z.infer<typeof incident>;

const number = () =>
  z
    .union([z.int().positive().max(9_999_999_999), like(NUMBER, 'is not a number like 7')], {
      error: 'is not a number like 7',
    })
    .transform(String);

export const change = z
  .strictObject({
    repo: repo(),
    number: number().describe('Number of the pull or merge request.'),
    source: source(),
    title: text(1000).describe('Title.'),
    author: person.nullish().describe('Who opened it.'),
    branch: text().nullish().describe('Source branch.'),
    labels: z.array(text(100)).max(100).default([]).describe('Labels.'),
    created_at: instant().describe('When it was opened.'),
    first_ready_at: instant().nullish().describe('When it was first ready for review. Default: it was opened so.'),
    first_commit_at: instant().nullish().describe('Author time of its first commit. Default: from git.'),
    merged_at: instant().nullish().describe('When it was merged.'),
    closed_at: instant().nullish().describe('When it was closed, merged or not.'),
    merge_sha: wholeSha().nullish().describe('Commit on the target branch.'),
    head_sha: wholeSha().nullish().describe('Last own commit.'),
    url: url().nullish().describe('Its page.'),
    updated_at: updatedAt(),
  })
  .refine(({ created_at: from, merged_at: to }) => !to || from <= to, {
    error: 'lies before created_at',
    path: ['merged_at'],
  });
export type Change = z.infer<typeof change>;

export const review = z.strictObject({
  repo: repo(),
  number: number().describe('Number of the pull or merge request.'),
  id: text(200).describe('Id of the review.'),
  source: source(),
  reviewer: person.describe('Who reviewed. Reviews by programs never end a wait.'),
  state: z.enum(['approved', 'changes_requested', 'commented']).describe('What came of it.'),
  submitted_at: instant().describe('When.'),
});
export type Review = z.infer<typeof review>;

/** What a column of type integer holds. */
const MOST_INTEGER = 2_147_483_647;

const RESULT_OF_BUILD = [
  'success',
  'failure',
  'cancelled',
  'skipped',
  'neutral',
  'timed_out',
  'action_required',
] as const;

export const build = z
  .strictObject({
    repo: repo(),
    id: text(200).describe('Id of the run. The same one again is the same run.'),
    source: source(),
    attempt: z.int().positive().max(MOST_INTEGER).default(1).describe('A run that is repeated has one row each time.'),
    name: text().describe('Name of the pipeline or check.'),
    kind: z.enum(['run', 'check']).default('run').describe('A pipeline from start to end, or one check or job of it.'),
    event: text().nullish().describe('What started it, e.g. `push`.'),
    branch: text().nullish().describe('Branch.'),
    sha: wholeSha().nullish().describe('Commit that it is about.'),
    number: number().nullish().describe('Number of the pull or merge request.'),
    queued_at: instant().nullish().describe('When it was asked for.'),
    started_at: instant().nullish().describe('When it began.'),
    finished_at: instant().nullish().describe('When it ended. Without it, it is running.'),
    result: z.enum(RESULT_OF_BUILD).nullish().describe('What came of it. Needs `finished_at`.'),
    is_required: z.boolean().nullish().describe('The change cannot be merged without it.'),
    url: url().nullish().describe('Its page.'),
  })
  .refine(({ finished_at: at, result: given }) => Boolean(at) === Boolean(given), {
    error: 'give both finished_at and result, or neither',
    path: ['result'],
  })
  .refine(({ started_at: from, finished_at: to }) => !from || !to || from <= to, {
    error: 'lies before started_at',
    path: ['finished_at'],
  })
  .meta({ anyOf: [{ allOf: [has('finished_at'), has('result')] }, { not: hasOne('finished_at', 'result') }] });
export type Build = z.infer<typeof build>;

/** More is a fault of the sender: no single use does as much. */
const MOST = { lines: 1_000_000, tokens: 10_000_000_000, usd: 100_000 } as const;
const amount = (most: number) => z.int().nonnegative().max(most).nullish();

export const toolEvent = z
  .strictObject({
    id: text(200).describe('Id of the use. The same one again, at the same instant by the same user, is the same use.'),
    source: source(),
    tool: like(NAME, 'use lower-case letters, digits, dots, dashes').describe(
      'Tool, e.g. `claude-code`, or one of yours.'
    ),
    at: instant().describe('When it was used; of what takes time (`type: agent_run`) when it ended.'),
    started_at: instant().nullish().describe('Of what takes time when it began.'),
    user: person.nullish().describe('Who used it. Without it the use is counted for nobody.'),
    organisation: text(100)
      .nullish()
      .describe('Organisation (`workspace.org_slug`) that it is of. A token may be bound to some.'),
    type: like(NAME, 'use lower-case letters, digits, dots, dashes')
      .default('tool_invocation')
      .describe('Kind of use.'),
    feature: text(100).nullish().describe('Feature of the tool; workflows may ask for some.'),
    workflow: text(100).nullish().describe('Workflow that it was for, if the sender knows.'),
    repo: repo().nullish(),
    number: number().nullish().describe('Number of the pull or merge request that it was for. Needs `repo`.'),
    lines_accepted: amount(MOST.lines).describe('Lines that the user took over from it.'),
    input_tokens: amount(MOST.tokens).describe('Input tokens, without what came from caches.'),
    output_tokens: amount(MOST.tokens).describe('Output tokens.'),
    cost_usd: z.number().nonnegative().max(MOST.usd).nullish().describe('What it cost, in USD.'),
  })
  .refine(({ number: one, repo: of }) => !one || Boolean(of), {
    error: 'give the repository of number',
    path: ['repo'],
  })
  .refine(({ started_at: from, at: to }) => !from || from <= to, { error: 'lies behind at', path: ['started_at'] })
  .meta({ anyOf: [{ not: has('number', {}) }, { properties: { number: { type: 'null' } } }, has('repo')] });
export type ToolEvent = z.infer<typeof toolEvent>;

/** Fields that must be there, as somebody would write them. */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  id: 'shop-42',
  repo: 'acme/shop',
  sha: '9f1c2ab04d5e6f708192a3b4c5d6e7f8091a2b3c',
  number: 7,
  name: 'ci',
  tool: 'claude-code',
  at: '2026-01-31T10:00:00Z',
  title: 'Cart keeps its items',
  state: 'approved',
  reviewer: { login: 'ana' },
  started_at: '2026-01-31T10:00:00Z',
  created_at: '2026-01-31T10:00:00Z',
  submitted_at: '2026-01-31T10:00:00Z',
};

export const kinds = { deploy, incident, change, review, build, 'tool-event': toolEvent } as const;
