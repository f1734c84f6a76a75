import type { QueryEditorHelpProps } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import React from 'react';
import type { Metric } from '../../metrics/define.ts';
import { defaultQuery } from '../../metrics/query.ts';
import { metrics } from '../../metrics/registry.generated.ts';
import { inLanguage } from '../state/metric-words.ts';
import type { ThroughlineQuery } from '../state/types.ts';

type Props = Pick<QueryEditorHelpProps<ThroughlineQuery>, 'onClickExample'> & {
  query?: ThroughlineQuery;
  metrics?: readonly Metric[];
};

/** What each metric answers, that of the query first, with examples to click. */
export function QueryHelp({ onClickExample, query, metrics: all = metrics }: Props) {
  const isAsked = ({ id }: Metric) => id === query?.queryType;
  const shown = [...all.filter(isAsked), ...all.filter((metric) => !isAsked(metric))];
  return (
    <Stack direction="column" gap={3}>
      <Text element="p">
        <Trans i18nKey="editor.help.intro">
          Choose a metric, then its parameters. An empty filter means all; &quot;unknown&quot; is a value of its own.
        </Trans>
      </Text>
      {shown.map(inLanguage).map((metric) => (
        <MetricHelp key={metric.id} metric={metric} onClickExample={onClickExample} />
      ))}
    </Stack>
  );
}

function MetricHelp({ metric, onClickExample }: { metric: Metric } & Pick<Props, 'onClickExample'>) {
  const examples = [
    { title: t('editor.help.defaults', 'With defaults'), params: {}, format: undefined },
    ...metric.examples,
  ];
  return (
    <section aria-label={metric.title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {metric.title}
        </Text>
        <Text element="p" color="secondary">
          {metric.summary}
        </Text>
        <Stack direction="row" gap={1} wrap="wrap">
          {examples.map(({ title, params, format }) => (
            <Button
              key={title}
              variant="secondary"
              size="sm"
              onClick={() => {
                const stored = { ...params, ...(format === undefined ? {} : { format }) };
                const { queryType, version } = defaultQuery(metric);
                onClickExample({ refId: 'A', queryType, version, params: stored });
              }}
            >
              {title}
            </Button>
          ))}
        </Stack>
      </Stack>
    </section>
  );
}
