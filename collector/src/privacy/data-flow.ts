/** What every table and column is for whoever must answer for the data. docs/data-flow.md is written from it and from the schema's comments. */
import { DEFAULT_AGES } from './ages.ts';
import { CATEGORIES, IN_WORDS, PLACES, type Category } from './categories.ts';

/** A kind of data: where it comes from, why it is held, how long. */
export interface Kind {
  readonly title: string;
  readonly from: string;
  readonly why: string;
  readonly kept: string;
  readonly tables: readonly string[];
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Every table is in one of them. */
export const KINDS: readonly Kind[] = [
  {
    title: 'Who is who',
    from: 'git history, forges, vendors of tools, people.csv, SCIM',
    why: 'joins the work of a person with their use of tools, under a pseudonym',
    kept: 'until `throughline person --erase`; people who left as `privacy.retain.leavers` says (default: the same)',
    tables: words('person account account_claim account_join membership team_account'),
  },
  {
    title: 'Who was erased',
    from: '`throughline person --erase`',
    why: 'keeps who was erased away; keyed digests, from which nobody can be read',
    kept: 'as long as the store',
    tables: ['erased'],
  },
  {
    title: 'Who looked at rows behind numbers',
    from: 'Grafana: whoever opens *Evidence*, and assistants with `--evidence`',
    why: 'whoever is behind the rows can know that they were looked at; for Admins alone',
    kept: `[by age](privacy.md#how-long): ${String(DEFAULT_AGES.openings)} days, unless configured otherwise`,
    tables: ['evidence_opening'],
  },
  {
    title: 'Use of AI tools',
    from: 'telemetry of the tools (OTLP), reports of vendors, `/ingest/tool-event`, ai_usage_daily.csv, seats.csv, trailers and notes of commits',
    why: 'usage bands, adoption, licences that stand idle',
    kept: `[by age](privacy.md#how-long): points ${String(DEFAULT_AGES.points)} days, single uses ${String(DEFAULT_AGES.events)}, sessions ${String(DEFAULT_AGES.sessions)}, licences that ended ${String(DEFAULT_AGES.seats)}, unless configured otherwise; sums of days until removed (\`person --erase\`, \`privacy --remove\`)`,
    tables: words(
      'tool_event tool_point person_day tool_day account_day account_seat seat agent_session session_commit heartbeat'
    ),
  },
  {
    title: 'Use of AI tools, derived',
    from: 'use of tools and marks of commits',
    why: 'what panels ask for, added up by week',
    kept: 'as long as what it follows from, or until derived anew',
    tables: words('declared_day usage_week tool_week tool_match landing pack.usage_pack pack.tool_event_month'),
  },
  {
    title: 'Lines',
    from: 'git history and its notes',
    why: 'durability: how long code lives, by what wrote it',
    kept: 'as long as the repository is collected',
    tables: words('line_attestation line_span live_file path'),
  },
  {
    title: 'Lines, derived',
    from: 'lines and changes',
    why: 'durability by change and day',
    kept: 'as what it follows from',
    tables: words('change_survival change_line change_death pack.survival_day pack.survival_delta pack.survival_pack'),
  },
  {
    title: 'Surveys',
    from: 'files of surveys',
    why: 'what people say of their time; tokens lead to nobody',
    kept: 'until removed',
    tables: ['survey_answer'],
  },
  {
    title: 'Work',
    from: 'git history, forges, CI, deployments, incident tools, trackers, `/ingest`, CSV files',
    why: 'delivery: what was changed, reviewed, built, deployed, and what failed',
    kept: 'as long as the store; of whoever is erased as of nobody',
    tables: words(
      'git_commit change change_event change_watch revert commit_mark attribution_override issue issue_key issue_event issue_reference issue_cycle tracker_project cycle deployment incident incident_link_override build'
    ),
  },
  {
    title: 'Work, derived',
    from: 'work, who is who, settings',
    why: 'what panels ask for: one row per change, deployment, incident and unit of a workflow',
    kept: 'as what it follows from',
    tables: words(
      'change_fact change_review reviewer_part change_coordination deployment_fact deployment_change deployment_removed incident_link issue_mention issue_fact issue_stage workflow_completion pack.deployment_pack pack.completion_pack'
    ),
  },
  {
    title: 'The organisation',
    from: 'throughline.yaml, teams.csv, CODEOWNERS, forges',
    why: 'groups of answers and what does not count; nothing of single people',
    kept: 'as configured; exclusions that were withdrawn stay, so that it is seen what held when',
    tables: words(
      'team service repo calendar_event exclusion phase tool tool_landing cost workflow workflow_tool setting'
    ),
  },
  {
    title: 'Deliveries',
    from: 'senders of webhooks, telemetry and `/ingest`',
    why: 'nothing that was accepted is lost; what was not understood can be tried again',
    kept: `the body until it is worked off; quarantined [${String(DEFAULT_AGES.deliveries)} days](privacy.md#how-long) unless configured otherwise, and at most 64 MB a source; ids 30 days`,
    tables: ['inbox'],
  },
  {
    title: 'The collector’s own books',
    from: 'the collector',
    why: 'where collection and derivation stand, and what was left out and why',
    kept: 'as long as the stream; work that waits until it is done',
    tables: words('stream_state skipped unknown_name rate_budget found_scope dirty derive_state throughline_migration'),
  },
  {
    title: 'The keys of pseudonyms and of who was erased',
    from: 'made at the first start',
    why: 'without the one no pseudonym leads from an address, without the other nobody tells who was erased',
    kept: 'the one until `throughline person --rotate-key`, the other as long as the store',
    tables: ['secret'],
  },
];

/** What a column may say of somebody. */
export type Says =
  'a name or address' | 'a pseudonym' | 'words of people' | 'a secret' | 'nothing of a person by itself';

/** By `table.column`, or by column where it is the same in every table. */
const NAMES = new Set(
  words(
    `account.email account.login account.display_name account.external_id account.links source_key who set_by extra`
  )
);
/** Texts that somebody wrote: they may name anybody. */
const FREE = new Set(
  words(`evidence_opening.asked subject change.title change_fact.title incident.title calendar_event.title calendar_event.description phase.title excluded_reason declared_by change.branch build.branch
    agent_session.branch base_branch cycle.title labels mentions commit_mark.value reason item inbox.delivery_id stream_state.cursor body headers error last_error deployment.ref build.name build.event
    web_url`)
);
const SECRETS = new Set(['secret.value']);
/** Texts of a machine: keys of things, closed lists of words. */
const THINGS = new Set(
  words(`actor applies_to attested attested_digest attributes author_kind basis budget category cause_deployment cause_method cause_sha change_key class_method classes
    clock code_source cost_center currency cursor death_kind default_branch delivery_id deployment_external_id details digest end_event ended ends environment
    event_id external_id failure_methods feature features file_kinds fingerprint head_sha incident_external_id incident_source key kind line_source
    linked_issue_types linked_issues marked_tools marking measure merge_method merge_sha method model name organisations owner_history owner_team_id parent_slug
    parent_team_id parents path phase_id pr_class proven_by proven_tools provider question_id recovery_basis repository respondent_token result
    revert_change_key revert_method role rollback_basis rollback_of run_unit runs scope seniority series_id service_id session_id severity sha sha256 size
    slug source sources spans squash_message start_else start_event state state_order states status stream_id survey_id target team_id time_zone tip_sha title
    facts repos services teams tool tool_id tools type unit unit_key units url usage_scope usage_window uses setting.value version workflow_id zone
    cycle_id done_basis from_value issue_key parent_id project_key ready_basis stage started_basis to_value unmapped_states`)
);
/** Lists of pseudonyms. */
const PEOPLE = /(?:^|_)(?:person|account)_id$|^responsible_id$|^people$/;
/** What holds a number, an instant or yes and no names nobody. */
const NUMBER = /^(?:smallint|integer|bigint|numeric|double precision|real|boolean|date|timestamp|int4range|bit)/;

/** What a column says; null = nobody has said it yet. */
export function saysOf(table: string, column: string, type: string): Says | null {
  const is = (list: ReadonlySet<string>): boolean => list.has(`${table}.${column}`) || list.has(column);
  if (is(SECRETS)) return 'a secret';
  if (PEOPLE.test(column)) return 'a pseudonym';
  if (is(NAMES)) return 'a name or address';
  if (is(FREE)) return 'words of people';
  if (is(THINGS) || NUMBER.test(type)) return 'nothing of a person by itself';
  return null;
}

/** Words of people that others are joined or chosen by, and addresses of pages: without the name in them they lead nowhere. */
const LEADS = new Set(
  words('base_branch deployment.ref build.name build.event dirty.item inbox.delivery_id stream_state.cursor web_url')
);

/** Whether who is erased is taken out of a column: names, documents and what people wrote; never keys, closed lists of words and what others are joined by. */
export function isCleaned(table: string, column: string, type = 'text'): boolean {
  if (!/^(?:text|jsonb?|character varying)/.test(type)) return false;
  const says = saysOf(table, column, type);
  const leads = LEADS.has(column) || LEADS.has(`${table}.${column}`);
  return (says === 'a name or address' || says === 'words of people') && !leads;
}

/** A table of the schema, as schema.sql has it. */
export interface SchemaTable {
  readonly table: string;
  readonly comment: string;
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string; readonly comment: string }>;
  /** Columns that the role of panels may read; '*' = all. */
  readonly granted: ReadonlySet<string>;
}

const quoted = (text: string): string => text.replaceAll("''", "'");

/** Tables of schema.sql. */
export function tablesIn(schema: string): SchemaTable[] {
  return [...schema.matchAll(/^create table (\S+) \(\n([^]*?)^\);\n([^]*?)(?=^\n|(?![^]))/gm)].map(
    ([, table = '', body = '', after = '']) => {
      const comments = new Map(
        [...after.matchAll(/^comment on column (\S+) is '((?:[^']|'')*)';$/gm)].map(([, name = '', text = '']) => [
          name.slice(table.length + 1),
          quoted(text),
        ])
      );
      const [, comment = ''] = /^comment on table \S+ is '((?:[^']|'')*)';$/m.exec(after) ?? [];
      const all = /^grant [^(\n]*\bselect\b[^(\n]* on \S+ to throughline_reader;$/m.test(after);
      const [, some = ''] = /^grant select \(([^)]*)\) on/m.exec(after) ?? [];
      return {
        table,
        comment: quoted(comment),
        columns: [
          ...body.matchAll(/^ {2}(?!primary key|foreign key|unique|check|exclude|constraint)("?\w+"?) ([^\n]*?),?$/gm),
        ].map(([, name = '', type = '']) => ({ name, type, comment: comments.get(name) ?? '' })),
        granted: new Set(all ? ['*'] : some.split(', ').filter((name) => name !== '')),
      };
    }
  );
}

/** Tables and columns of which nobody has said what they are; empty = none. */
export function unsaid(tables: readonly SchemaTable[]): string[] {
  const kinds = new Map<string, number>();
  for (const name of KINDS.flatMap((kind) => kind.tables)) kinds.set(name, (kinds.get(name) ?? 0) + 1);
  return [
    ...tables.filter(({ table }) => kinds.get(table) !== 1).map(({ table }) => table),
    ...[...kinds.keys()].filter((name) => !tables.some(({ table }) => table === name)).map((name) => `${name} is gone`),
    ...tables.flatMap(({ table, columns }) =>
      columns.filter(({ name, type }) => saysOf(table, name, type) === null).map(({ name }) => `${table}.${name}`)
    ),
  ];
}

const switchOf = (table: string): Category[] =>
  CATEGORIES.filter((category) => PLACES[category].some((place) => place.table === table));

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');

function readerOf({ columns, granted }: SchemaTable): string {
  if (granted.has('*')) return 'all columns';
  const names = columns.filter(({ name }) => granted.has(name)).map(({ name }) => `\`${name}\``);
  return names.length === 0 ? 'nothing' : names.join(', ');
}

function tableRow(table: SchemaTable): string {
  const told = table.columns.flatMap(({ name, type }) => {
    const says = saysOf(table.table, name, type);
    return says === null || says === 'nothing of a person by itself' ? [] : [`\`${name}\` (${says})`];
  });
  const switches = switchOf(table.table).map((category) => `\`${category}\``);
  return `| \`${table.table}\` | ${cell(table.comment)} | ${told.join(', ') || 'none'} | ${readerOf(table)} | ${switches.join(', ') || 'always'} |\n`;
}

/** The sheet. @throws Error naming tables and columns that nobody has said anything of. */
export function dataFlowSheet(schema: string): string {
  const tables = tablesIn(schema);
  const missing = unsaid(tables);
  if (missing.length > 0) {
    throw new Error(
      `collector/src/privacy/data-flow.ts does not say what these are: ${missing.join(', ')}. Put each table into a kind, and each text column into what it says`
    );
  }
  const sections = KINDS.map(({ title, from, why, kept, tables: names }) => {
    const own = tables.filter(({ table }) => names.includes(table));
    return `## ${title}\n\n- From: ${from}\n- Why: ${why}\n- Kept: ${kept}\n\n| table | what | says of people | panels may read | switch |\n| --- | --- | --- | --- | --- |\n${own.map(tableRow).join('')}`;
  });
  const switches = CATEGORIES.map((category) => `- \`${category}\`: ${IN_WORDS[category]}\n`).join('');
  return `# Data flow

Everything the store holds, table by table: what it is, where it comes from, why it is held, how long, and who can see it. Written by
\`npm run generate\` from the schema's comments and \`collector/src/privacy/data-flow.ts\`; a table or a text column of which nobody has said what it is fails the tests.

Who can see:

- **The collector** (and whoever holds the database's password) writes and reads all of it.
- **Panels** read with the role \`throughline_reader\`, which has rights on the columns named below and on [views](sql.md) of them, and show groups of at least
  [five people](privacy.md). A pseudonym is never shown.
- **The person** gets every row of theirs, and a count of texts that name them, by \`throughline person --export\`; not the books of the collector. \`--erase\` removes it.

A *switch* is a category of \`privacy.collect\` that keeps rows, or some columns of them, from being written:

${switches}
${sections.join('\n')}`;
}
