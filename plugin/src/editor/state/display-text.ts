import { t } from '@grafana/i18n';
import type { ParamValues } from '../../metrics/define.ts';
import { defaultParams, isParamShown, type MetricRegistry } from '../../metrics/query.ts';
import { dimensionLabel } from './dimension-labels.ts';
import { inLanguage } from './metric-words.ts';
import { readQuery } from './query-state.ts';
import type { ThroughlineQuery } from './types.ts';
import { dimensionOf, textsOf } from './variable-query.ts';

/** A query in one line, where Grafana shows it folded and in its history: metric, which question of it, groups, filters. */
export function displayText(query: ThroughlineQuery, metrics: MetricRegistry): string {
  const { queryType, params } = readQuery(query);
  const known = metrics.get(queryType);
  if (known === undefined) {
    return queryType === ''
      ? t('editor.text.no-metric', 'No metric chosen')
      : t('editor.text.unknown-metric', 'Unknown metric {{queryType}}', {
          queryType,
          interpolation: { escapeValue: false },
        });
  }
  const metric = inLanguage(known);
  const values: Record<string, unknown> = { ...defaultParams(metric), ...params };
  const parts = Object.entries(metric.params).flatMap(([name, param]) => {
    const texts = textsOf(values[name]);
    if (param.kind === 'choice' && param.chooses === 'question' && isParamShown(param, values as ParamValues)) {
      return texts.map((text) => param.choices.find(({ value }) => value === text)?.label ?? text);
    }
    if (texts.length === 0 || (param.kind !== 'filter' && param.kind !== 'groupBy')) {
      return [];
    }
    return param.kind === 'groupBy'
      ? [
          t('editor.text.by', 'by {{dimensions}}', {
            dimensions: texts.map(dimensionName).join(', '),
            interpolation: { escapeValue: false },
          }),
        ]
      : [`${param.label}: ${texts.join(', ')}`];
  });
  return [metric.title, ...parts].join(' · ');
}

function dimensionName(name: string): string {
  const dimension = dimensionOf(name);
  return dimension === undefined ? name : dimensionLabel(dimension).toLowerCase();
}
