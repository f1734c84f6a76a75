/**
 * Alerts as Alertmanager's webhook tells them (version 4; Grafana alerting sends the same and more) → incidents. One incident is one
 * alert from its start to its end: the group they come in repeats, grows and shrinks.
 */
import { z } from 'zod';
import type { Pushed, PushedPage } from './connector.ts';
import { entryOf, foreignJson } from './foreign.ts';
import { incidentRows } from './incident-rows.ts';
import { eachEntry, instant, instantOrNone } from './lenient.ts';
import { checkCount, pushedEntries } from './push.ts';

const labels = z.record(z.string(), z.string());

export const alert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels.default({}),
  startsAt: instant,
  endsAt: instantOrNone.nullish(),
  generatorURL: z.string().nullish(),
  fingerprint: z.string(),
});
export type Alert = z.infer<typeof alert>;

const notification = z.object({
  truncatedAlerts: z.number().nullish(),
  alerts: z.array(z.unknown()),
});

/** Which labels say what; the first that an alert has counts. */
export const labelNames = {
  service: z
    .array(z.string())
    .default(['service', 'app', 'job'])
    .describe('Labels that name the service; the first that an alert has counts.'),
  environment: z.array(z.string()).default(['environment', 'env']).describe('Labels that name the environment.'),
  severity: z.array(z.string()).default(['severity', 'priority']).describe('Labels that name the severity.'),
  deployment: z
    .array(z.string())
    .default(['deployment_id', 'deploy_id'])
    .describe('Labels or annotations that name the deployment at fault.'),
  sha: z
    .array(z.string())
    .default(['deploy_sha', 'commit', 'sha'])
    .describe('Labels or annotations that name the commit at fault.'),
};

export interface AlertSettings {
  readonly source: string;
  readonly labels: Readonly<Record<keyof typeof labelNames, readonly string[]>>;
  /** Of alerts that name none. */
  readonly environment: string;
  /** Alerts that are no incidents: a label and its values. */
  readonly ignore: Readonly<Record<string, readonly string[]>>;
}

const named = (from: Readonly<Record<string, string>>, names: readonly string[]): string | null =>
  names.map((name) => entryOf(from, name)?.trim()).find((value) => value !== undefined && value !== '') ?? null;

/** Fingerprints are of the labels, so a fault that comes again has the same: it is another incident. */
export const alertId = ({ fingerprint, startsAt }: Pick<Alert, 'fingerprint' | 'startsAt'>): string =>
  `${fingerprint}/${startsAt.toISOString()}`;

/**
 * An alert that is over stays so: notifications carry no time of their own, so a late "firing" cannot be told from a new one, and a new
 * one has a start of its own. Where an end is corrected the later one counts.
 */
export const stateOf = (resolvedAt: Date | null): string =>
  resolvedAt === null ? 'firing' : `resolved/${resolvedAt.toISOString()}`;

/** Nobody sees to alerts about alerting itself. */
export const isIgnored = ({ labels: own }: Alert, { ignore }: AlertSettings): boolean =>
  Object.entries(ignore).some(([name, values]) => values.includes(entryOf(own, name) ?? ''));

export function alertPage(given: Alert, settings: AlertSettings, now: Date): PushedPage {
  const all = { ...given.annotations, ...given.labels };
  const name = given.labels['alertname'] ?? given.fingerprint;
  const { summary = '', description = '' } = given.annotations;
  const resolvedAt = given.status === 'resolved' ? (given.endsAt ?? null) : null;
  const sha = named(all, settings.labels.sha)?.toLowerCase() ?? null;
  const { rows, skips } = incidentRows(
    {
      source: settings.source,
      id: alertId(given),
      service: named(given.labels, settings.labels.service),
      environment: named(given.labels, settings.labels.environment) ?? settings.environment,
      title: summary === '' ? name : `${name}: ${summary}`,
      severity: named(given.labels, settings.labels.severity),
      startedAt: given.startsAt,
      resolvedAt,
      causeSha: sha,
      causeDeployment: named(all, settings.labels.deployment),
      text: `${summary}\n${description}`,
      url: given.generatorURL ?? null,
      state: stateOf(resolvedAt),
    },
    now
  );
  return { repository: null, rows, skips };
}

/** A notification as pages. What Alertmanager left out of it (`max_alerts`) is named: nothing else tells of it. @throws ZodError, SyntaxError, CollectorError `push_invalid` */
export function readNotification(body: Buffer, settings: AlertSettings, now: Date): Pushed {
  const given = notification.parse(foreignJson(body.toString('utf8')));
  checkCount(given.alerts, 'alerts');
  const alerts = eachEntry(given.alerts, 'alert', (one) => alert.parse(one));
  const pushed = pushedEntries(
    alerts,
    (one) => (isIgnored(one, settings) ? [] : [alertPage(one, settings, now)]),
    // Nothing of the group that it came in: it repeats with every change of the group.
    (refused) => ({ alerts: [refused] })
  );
  const left = given.truncatedAlerts ?? 0;
  const [first] = alerts.good;
  const skip = {
    item: `${settings.source} notification with ${first ? alertId(first) : 'no alert'}`,
    reason: `${left.toLocaleString('en')} alerts were left out of it (max_alerts): their incidents are missing`,
  };
  return left > 0 ? { ...pushed, pages: [...pushed.pages, { repository: null, rows: [], skips: [skip] }] } : pushed;
}
