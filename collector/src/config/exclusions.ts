/** `exclusions[]` of throughline.yaml: periods that do not count, each with its reason. */
import { z } from 'zod';
import { isoDate, slug } from './repository.ts';
import { timeZone } from './time-zone.ts';

/** Facts whose units bad data leaves out. */
export const EXCLUDED_FACTS = ['changes', 'deployments', 'incidents', 'builds'] as const;

const MOST_REASON = 300;
/** Of a holiday every day is looked at, for each team. */
const MOST_HOLIDAYS = 366;
const DAY_MS = 86_400_000;

/** A day that data can have: another year is a slip of the pen, and takes thousands of years out. */
const day = isoDate.refine(
  (given) => given >= '1990-01-01' && given <= '2199-12-31',
  'lies outside of 1990 to 2199: check the year'
);

export const exclusionSchema = z
  .strictObject({
    kind: z
      .enum(['freeze', 'holiday', 'bad_data'])
      .describe('freeze: nothing may be deployed. holiday: nobody works. bad_data: what was collected is wrong.'),
    from: day.describe('First day.'),
    to: day.describe('Last day, which is in it.'),
    time_zone: timeZone
      .optional()
      .describe('Zone of its days. Default: time_zone; a holiday is a day in the zone of each team.'),
    facts: z
      .array(z.enum(EXCLUDED_FACTS))
      .default([])
      .describe('Of bad_data: changes, deployments, incidents, builds that count for nothing.'),
    teams: z.array(slug).default([]).describe('Teams that it is for, those below them too. Default: everyone.'),
    services: z.array(z.string().trim().min(1)).default([]).describe('Services that it is for.'),
    repositories: z.array(z.string().trim().min(1)).default([]).describe('Repositories that it is for (owner/name).'),
    reason: z.string().trim().min(1, 'say why').max(MOST_REASON).describe('Why; whoever sees the number reads it.'),
    declared_by: z.string().trim().min(1).optional().describe('Who decided it. Not shown in panels.'),
  })
  .superRefine((given, context) => {
    const refuse = (path: keyof typeof given, message: string): void => context.addIssue({ code: 'custom', path: [path], message }); // prettier-ignore
    const { kind, from, to, facts, services, repositories } = given;
    if (to < from) refuse('to', `${to} ends before it starts (${from})`);
    const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
    if (kind === 'holiday' && days > MOST_HOLIDAYS)
      refuse(
        'to',
        `${from} to ${to} are ${days.toLocaleString('en')} days, and a holiday has at most ${String(MOST_HOLIDAYS)}: check the years`
      );
    if (kind === 'bad_data' && facts.length === 0)
      refuse('facts', `bad_data says whose units count for nothing: one or more of ${EXCLUDED_FACTS.join(', ')}`);
    if (kind !== 'bad_data' && facts.length > 0)
      refuse('facts', `a ${kind} leaves no units out; facts belong to bad_data`);
    if (kind === 'holiday' && services.length > 0) refuse('services', 'a holiday is for teams, or for everyone');
    if (kind === 'holiday' && repositories.length > 0)
      refuse('repositories', 'a holiday is for teams, or for everyone');
    if (kind === 'holiday' && given.time_zone !== undefined)
      refuse('time_zone', 'a holiday is a day in the zone of each team (teams[].time_zone)');
  });

/** Names that these keys may hold are known only when sources have told: `throughline status` names those that nothing has. */
export type ExclusionConfig = z.infer<typeof exclusionSchema>;
