/** Workflows, tools and landing dates as rows: from the configuration, or a workflow that needs none (metrics.md 3). */
import { titleOfTool, TOOLS } from '../../attribution/tools.ts';
import type { DeriveSettings, ToolSetting } from '../settings.ts';
import type { Client } from '../work-list.ts';

/** The workflow of zero configuration: from the first commit to the default branch. */
export const DEFAULT_WORKFLOW = 'change';

/** Tools named by marks of repositories with new changes. */
async function addFoundTools(client: Client): Promise<void> {
  await client.query(
    `insert into tool (tool_id, title, nominal_grade)
     select distinct m.tool_id, coalesce($1::jsonb ->> m.tool_id, m.tool_id), 3 from commit_mark m
     where m.repo_id in (select repo_id from dirty where kind in ('change', 'commit')) and m.grade >= 3
     on conflict do nothing`,
    [JSON.stringify(Object.fromEntries(TOOLS.map(({ id, title }) => [id, title])))]
  );
}

async function writeTools(client: Client, tools: readonly ToolSetting[]): Promise<void> {
  for (const tool of tools) {
    await client.query(
      `insert into tool as t (tool_id, title, measure, low_min, high_min) values ($1, $2, $3, $4, $5)
       on conflict (tool_id) do update set title = case when $6 then excluded.title else t.title end, measure = excluded.measure,
         low_min = excluded.low_min, high_min = excluded.high_min`,
      [
        tool.id,
        tool.title ?? titleOfTool(tool.id),
        tool.usage.measure,
        tool.usage.low_min,
        tool.usage.high_min,
        tool.title !== undefined,
      ]
    );
    await writeLandings(client, tool, '');
  }
}

async function writeLandings(
  client: Client,
  tool: Pick<ToolSetting, 'id' | 'landedAt'>,
  workflowId: string
): Promise<void> {
  for (const [key, date] of Object.entries(tool.landedAt ?? {})) {
    await client.query(
      `insert into tool_landing (tool_id, team_id, workflow_id, landed_at) values ($1, $2, $3, $4::timestamptz)
       on conflict (tool_id, team_id, workflow_id) do update set landed_at = excluded.landed_at`,
      [tool.id, key === 'default' ? '' : key.startsWith('team.') ? key.slice(5) : key, workflowId, `${date}T00:00:00Z`]
    );
  }
}

type WorkflowConfig = DeriveSettings['workflows'][number];

const minutesPerDay = { calendar: 1440, business: 480 } as const;

async function writeWorkflow(client: Client, workflow: WorkflowConfig): Promise<void> {
  const { applies_to: applies, outcome, baseline } = workflow;
  await client.query(
    `insert into workflow (workflow_id, version, valid_from, unit, actor, start_event, start_else, end_event, clock, max_minutes,
       applies_to, baseline_weeks, washout_days) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (workflow_id, version) do update set valid_from = excluded.valid_from, unit = excluded.unit, actor = excluded.actor,
       start_event = excluded.start_event, start_else = excluded.start_else, end_event = excluded.end_event, clock = excluded.clock,
       max_minutes = excluded.max_minutes, applies_to = excluded.applies_to, baseline_weeks = excluded.baseline_weeks,
       washout_days = excluded.washout_days`,
    [
      workflow.id,
      workflow.version,
      `${workflow.valid_from}T00:00:00Z`,
      workflow.unit,
      workflow.actor,
      workflow.start.event,
      workflow.start.else ?? null,
      workflow.end.event,
      outcome.clock,
      outcome.max_days * minutesPerDay[outcome.clock],
      JSON.stringify(applies),
      baseline.weeks,
      baseline.washout_days,
    ]
  );
}

async function writeWorkflowTool(client: Client, workflowId: string, tool: ToolSetting): Promise<void> {
  const { measure, window, low_min: low, high_min: high, features } = tool.usage;
  await client.query('insert into tool (tool_id, title) values ($1, $2) on conflict do nothing', [
    tool.id,
    titleOfTool(tool.id),
  ]);
  await client.query(
    `insert into workflow_tool (workflow_id, tool_id, measure, usage_window, low_min, high_min, features) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (workflow_id, tool_id) do update set measure = excluded.measure, usage_window = excluded.usage_window,
       low_min = excluded.low_min, high_min = excluded.high_min, features = excluded.features`,
    [workflowId, tool.id, measure, window, low, high, features]
  );
  await writeLandings(client, tool, workflowId);
}

/** A workflow that lists no tools measures all of them, each with its own bands. */
async function addAllTools(client: Client, workflowId: string): Promise<void> {
  await client.query(
    `insert into workflow_tool (workflow_id, tool_id, measure, low_min, high_min)
     select $1, tool_id, measure, low_min, high_min from tool on conflict do nothing`,
    [workflowId]
  );
}

async function writeDefault(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from workflow where workflow_id <> $1 limit 1', [DEFAULT_WORKFLOW]);
  if ((rowCount ?? 0) > 0) return;
  await client.query(
    `insert into workflow (workflow_id, version, valid_from, unit, actor, start_event, end_event, max_minutes)
     values ($1, 1, '1970-01-01T00:00:00Z', 'pr', 'author', 'first_commit', 'merged', 43200) on conflict do nothing`,
    [DEFAULT_WORKFLOW]
  );
  await addAllTools(client, DEFAULT_WORKFLOW);
}

/** Writes tools, workflows and landing dates of the configuration; without any workflow, the default one. */
export async function writeDefinitions(client: Client, settings: DeriveSettings): Promise<void> {
  await addFoundTools(client);
  await writeTools(client, settings.tools);
  if (settings.workflows.length === 0) await writeDefault(client);
  for (const workflow of settings.workflows) {
    await writeWorkflow(client, workflow);
    if (workflow.tools.length === 0) await addAllTools(client, workflow.id);
    for (const tool of workflow.tools) {
      await writeWorkflowTool(client, workflow.id, { id: tool.id, landedAt: tool.landed_at, usage: tool.usage });
    }
  }
}
