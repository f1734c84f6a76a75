/** Every query that is sent is valid against GitHub's published schema. */
import { buildSchema, parse, validate } from 'graphql';
import { schema } from '@octokit/graphql-schema';
import {
  CHECKS_REST,
  CONNECTIONS,
  PULL_DETAILS,
  PULL_HEADERS,
  PULL_HEADERS_TOGETHER,
  pullRest,
  rebased,
  type Connection,
} from './pulls.ts';
import { LOOK } from './plan.ts';
import * as repositories from './repositories.ts';

const github = buildSchema(schema.idl, { assumeValid: true });

const oid = 'a'.repeat(40);
const queries: Record<string, string> = {
  PULL_HEADERS,
  PULL_HEADERS_TOGETHER,
  PULL_DETAILS,
  CHECKS_REST,
  rebased: rebased([
    { oid, count: 2 },
    { oid, count: 3 },
  ]),
  byName: repositories.byName(['acme/shop', 'acme/cart']),
  OWNED: repositories.OWNED,
  BY_ID: repositories.BY_ID,
  CODEOWNERS: repositories.CODEOWNERS,
  TEAMS: repositories.TEAMS,
  TEAM_MEMBERS: repositories.TEAM_MEMBERS,
  DEPLOYMENTS: repositories.DEPLOYMENTS,
  DEPLOYMENTS_TOGETHER: repositories.DEPLOYMENTS_TOGETHER,
  ISSUES: repositories.ISSUES,
  ISSUES_TOGETHER: repositories.ISSUES_TOGETHER,
  LOOK,
  ...Object.fromEntries((Object.keys(CONNECTIONS) as Connection[]).map((one) => [`rest of ${one}`, pullRest(one)])),
};

test.each(Object.entries(queries))('%s is valid', (_name, query) => {
  expect(validate(github, parse(query)).map(({ message }) => message)).toEqual([]);
});
