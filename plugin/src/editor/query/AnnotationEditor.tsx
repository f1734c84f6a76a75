import type { AnnotationQuery, QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert } from '@grafana/ui';
import React, { useMemo } from 'react';
import type { MetricSource, ThroughlineJson } from '../state/metric-source.ts';
import { annotationMetrics } from '../state/annotation-metrics.ts';
import { QueryForm } from './QueryForm.tsx';
import type { ThroughlineQuery } from '../state/types.ts';

type Props = QueryEditorProps<MetricSource, ThroughlineQuery, ThroughlineJson> & {
  annotation?: AnnotationQuery<ThroughlineQuery>;
};

/** The editor of a dashboard's annotations: metrics that are lists of events, always as a table. Grafana's test of it says how many there are, never why none. */
export function AnnotationEditor({ datasource, query, data, onChange }: Props) {
  const offered = useMemo(() => annotationMetrics(datasource.metrics), [datasource]);
  if (offered.length === 0) {
    return (
      <Alert
        severity="info"
        title={t('editor.annotation.none', 'This version of the plugin has no events to show as annotations.')}
      />
    );
  }
  const changeToTable = (changed: ThroughlineQuery) => {
    const metric = datasource.metrics.get(changed.queryType ?? '');
    const isTable = metric === undefined || metric.formats[0] === 'table';
    onChange(isTable ? changed : { ...changed, params: { ...changed.params, format: 'table' } });
  };
  return (
    <QueryForm
      {...{ datasource, offered, query, data }}
      isAlert={false}
      hasFormat={false}
      onChange={changeToTable}
      onRunQuery={runsByItself}
    />
  );
}

/** Grafana runs an annotation query when it changed; asked as well, it would run the old one once more. */
const runsByItself = () => undefined;
