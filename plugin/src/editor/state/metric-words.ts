/** A metric's texts in the language of the viewer: labels, help and choices are declared in English beside their meaning. */
import { t } from '@grafana/i18n';
import type { Metric, Param } from '../../metrics/define.ts';

/** The metric with every text that people read translated where there is a translation. */
export function inLanguage(metric: Metric): Metric {
  const key = `metrics.${metric.id}`;
  const params = Object.entries(metric.params).map(([name, param]) => [name, paramIn(`${key}.${name}`, param)]);
  return {
    ...metric,
    title: t(`${key}.title`, metric.title),
    summary: t(`${key}.summary`, metric.summary),
    params: Object.fromEntries(params) as Metric['params'],
    examples: metric.examples.map((example, index) => ({
      ...example,
      title: t(`${key}.examples.${index}`, example.title),
    })),
  };
}

function paramIn(key: string, param: Param): Param {
  const words = { label: t(`${key}.label`, param.label), help: t(`${key}.help`, param.help) };
  if (param.kind !== 'choice') {
    return { ...param, ...words };
  }
  const choices = param.choices.map(({ value, label, help }) => ({
    value,
    label: t(`${key}.choices.${value}.label`, label),
    ...(help === undefined ? {} : { help: t(`${key}.choices.${value}.help`, help) }),
  }));
  return { ...param, ...words, choices };
}
