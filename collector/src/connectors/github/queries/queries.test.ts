/** Every query that is sent is valid against GitHub's published schema. */
import { buildSchema, extendSchema, parse, validate } from 'graphql';
import { schema } from '@octokit/graphql-schema';
import { NEWER } from '../../../../testing/github-server/server.ts';
import {
  CHECKS_REST,
  CONNECTIONS,
  PULL_DETAILS,
  PULL_HEADERS,
  PULL_HEADERS_TOGETHER,
  PULL_THREADS,
  pullRest,
  rebased,
  THREADS_REST,
  type Connection,
} from './pulls.ts';
import { JOBS, JOBS_REST } from './jobs.ts';
import { LOOK } from './plan.ts';
import * as repositories from './repositories.ts';

const published = buildSchema(schema.idl, { assumeValid: true });
const github = extendSchema(published, parse(NEWER), { assumeValid: true });

const oid = 'a'.repeat(40);
const queries: Record<string, string> = {
  PULL_HEADERS,
  PULL_HEADERS_TOGETHER,
  PULL_DETAILS,
  CHECKS_REST,
  PULL_THREADS,
  THREADS_REST,
  rebased: rebased([
    { oid, count: 2 },
    { oid, count: 3, after: 'x 99' },
  ]),
  byName: repositories.byName(['acme/shop', 'acme/cart']),
  OWNED: repositories.OWNED,
  BY_ID: repositories.BY_ID,
  CODEOWNERS: repositories.CODEOWNERS,
  OWNER_VERSIONS: repositories.OWNER_VERSIONS,
  ownersAt: repositories.ownersAt([oid, oid]),
  TEAMS: repositories.TEAMS,
  TEAM_MEMBERS: repositories.TEAM_MEMBERS,
  DEPLOYMENTS: repositories.DEPLOYMENTS,
  DEPLOYMENTS_TOGETHER: repositories.DEPLOYMENTS_TOGETHER,
  issues: repositories.issuesQuery({ types: true, parents: true, labels: true }),
  'issues together': repositories.issuesTogetherQuery({ types: true, parents: true, labels: false }),
  ISSUE_FIELDS: repositories.ISSUE_FIELDS,
  JOBS,
  JOBS_REST,
  LOOK,
  ...Object.fromEntries((Object.keys(CONNECTIONS) as Connection[]).map((one) => [`rest of ${one}`, pullRest(one)])),
};

test.each(Object.entries(queries))('%s is valid', (_name, query) => {
  expect(validate(github, parse(query)).map(({ message }) => message)).toEqual([]);
});

const OLDER = { types: false, parents: false, labels: true };
test.each([repositories.issuesQuery(OLDER), repositories.issuesTogetherQuery(OLDER)])('issues of an older server: %s', (query) => {
  expect(validate(published, parse(query)).map(({ message }) => message)).toEqual([]);
  expect(query).not.toMatch(/issueType|parent/);
}); // prettier-ignore
