// Generated from the folders beside this file by: npm run generate
import type { Connector } from '../connector.ts';
import { connector as alertmanager } from './alertmanager/index.ts';
import { connector as argocd } from './argocd/index.ts';
import { connector as cdevents } from './cdevents/index.ts';
import { connector as claude } from './claude/index.ts';
import { connector as copilot } from './copilot/index.ts';
import { connector as cursor } from './cursor/index.ts';
import { connector as git } from './git/index.ts';
import { connector as github } from './github/index.ts';
import { connector as gitlab } from './gitlab/index.ts';
import { connector as grafanaAlerting } from './grafana-alerting/index.ts';
import { connector as incidentio } from './incidentio/index.ts';
import { connector as ingest } from './ingest/index.ts';
import { connector as jira } from './jira/index.ts';
import { connector as linear } from './linear/index.ts';
import { connector as otlp } from './otlp/index.ts';
import { connector as pagerduty } from './pagerduty/index.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each connector has a section of its own type
export const connectors: ReadonlyArray<Connector<any>> = [
  alertmanager,
  argocd,
  cdevents,
  claude,
  copilot,
  cursor,
  git,
  github,
  gitlab,
  grafanaAlerting,
  incidentio,
  ingest,
  jira,
  linear,
  otlp,
  pagerduty,
];
