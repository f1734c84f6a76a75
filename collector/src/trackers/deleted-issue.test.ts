import { section as jiraSection } from '../connectors/jira/config.ts';
import { webhook as jira } from '../connectors/jira/webhook.ts';
import { section as linearSection } from '../connectors/linear/config.ts';
import { webhook as linear } from '../connectors/linear/webhook.ts';

const NOW = new Date('2026-06-01T12:00:00Z');
const CREATED = '2026-05-01T09:00:00.000Z';
const rest = { accountId: String, now: () => NOW };

function ofJira(projects: string[], { project, at }: { project?: string; at: string }) {
  const issue = { id: '1001', fields: { created: CREATED, ...(project === undefined ? {} : { project: { key: project } }) } };
  const body = Buffer.from(JSON.stringify({ timestamp: Date.parse(at), webhookEvent: 'jira:issue_deleted', issue }));
  const section = jiraSection.parse({ url: 'https://acme.atlassian.net', email: 'e', api_token: 't', projects });
  return jira.normalize({ headers: {}, body }, { section, ...rest }).pages[0];
} // prettier-ignore

function ofLinear(teams: string[], { project, at }: { project?: string; at: string }) {
  const data = { id: '1001', createdAt: CREATED, ...(project === undefined ? {} : { team: { key: project } }) };
  const body = Buffer.from(JSON.stringify({ action: 'remove', type: 'Issue', createdAt: at, data }));
  return linear.normalize({ headers: {}, body }, { section: linearSection.parse({ api_key: 'k', teams }), ...rest }).pages[0]; // prettier-ignore
}

describe.each([
  ['jira', ofJira],
  ['linear', ofLinear],
])('a deletion that a webhook of %s tells of', (source, page) => {
  test.each([
    ['of a project that is collected', ['shop'], { project: 'SHOP', at: '2026-06-01T11:00:00Z' }],
    ['where all are collected', [], { at: '2026-06-01T12:09:00Z' }],
  ])('%s is written', (_what, wanted, told) => {
    expect(page(wanted, told)?.rows).toMatchObject([{ table: 'issue', values: { source, external_id: '1001', deleted_at: new Date(told.at) } }]); // prettier-ignore
  });

  test.each([
    ['of another project', ['SHOP'], { project: 'SECRET', at: '2026-06-01T11:00:00Z' }, /SECRET is not collected/],
    ['of no project where not all are collected', ['SHOP'], { at: '2026-06-01T11:00:00Z' }, /names no project/],
    ['ahead of the clock', [], { project: 'SHOP', at: '2226-06-01T11:00:00Z' }, /lies in the future/],
  ])('%s is refused, and named', (...[, wanted, told, reason]) => {
    expect(page(wanted, told)).toMatchObject({ rows: [], skips: [{ item: `${source} issue 1001`, reason: expect.stringMatching(reason) }] }); // prettier-ignore
  });
});
