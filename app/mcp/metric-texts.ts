/** What a metric is, in the words of its folder: definition and what it does not say. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { metricHelp } from '../../plugin/scripts/metric-docs.ts';
import type { Metric } from '../../plugin/src/metrics/define.ts';

const folder = path.join(import.meta.dirname, '../../plugin/src/metrics');

/** The README of a metric without its worked examples. */
export function definitionOf({ id }: Metric): string {
  const [definition = ''] = readFileSync(path.join(folder, id, 'README.md'), 'utf8').split(/^## /m);
  return definition.replace(/^# .*\n+/, '').trim();
}

const LIMITS = '**What it does not say.**';

/** What must not be read out of it: a paragraph of the README. */
export function limitsOf(metric: Metric): string {
  const paragraph = definitionOf(metric)
    .split(/\n\n+/)
    .find((text) => text.startsWith(LIMITS));
  return (paragraph ?? '').slice(LIMITS.length).replaceAll('\n', ' ').trim();
}

/** All of it, params and columns too. */
export const describe = (metric: Metric): string => `${definitionOf(metric)}\n\n${metricHelp(metric).join('\n')}`;
