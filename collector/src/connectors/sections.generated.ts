// Generated from the folders beside this file by: npm run generate
import { section as alertmanager } from './alertmanager/config.ts';
import { section as argocd } from './argocd/config.ts';
import { section as cdevents } from './cdevents/config.ts';
import { section as claude } from './claude/config.ts';
import { section as copilot } from './copilot/config.ts';
import { section as cursor } from './cursor/config.ts';
import { section as github } from './github/config.ts';
import { section as gitlab } from './gitlab/config.ts';
import { section as grafanaAlerting } from './grafana-alerting/config.ts';
import { section as incidentio } from './incidentio/config.ts';
import { section as ingest } from './ingest/config.ts';
import { section as jira } from './jira/config.ts';
import { section as linear } from './linear/config.ts';
import { section as otlp } from './otlp/config.ts';
import { section as pagerduty } from './pagerduty/config.ts';

export const sections = {
  'alertmanager': alertmanager.optional(),
  'argocd': argocd.optional(),
  'cdevents': cdevents.optional(),
  'claude': claude.optional(),
  'copilot': copilot.optional(),
  'cursor': cursor.optional(),
  'github': github.optional(),
  'gitlab': gitlab.optional(),
  'grafana-alerting': grafanaAlerting.optional(),
  'incidentio': incidentio.optional(),
  'ingest': ingest.optional(),
  'jira': jira.optional(),
  'linear': linear.optional(),
  'otlp': otlp.optional(),
  'pagerduty': pagerduty.optional(),
};
