import { CoreApp, type QueryEditorProps } from '@grafana/data';
import React, { useMemo } from 'react';
import { usePanelType } from '../controls/use-panel-type.ts';
import type { MetricSource, ThroughlineJson } from '../state/metric-source.ts';
import { isComplete, offeredMetrics } from '../state/query-state.ts';
import { QueryForm } from './QueryForm.tsx';
import type { ThroughlineQuery } from '../state/types.ts';

type Props = QueryEditorProps<MetricSource, ThroughlineQuery, ThroughlineJson>;

/** The query editor of panels, Explore and alert rules. */
export function QueryEditor({ app, data, range, datasource, query: stored, onChange, onRunQuery }: Props) {
  const isAlert = app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
  const { queryType } = stored;
  const offered = useMemo(
    () => offeredMetrics(datasource.metrics, { isAlert }, queryType),
    [datasource, isAlert, queryType]
  );
  // A new panel runs the default without storing it: what it runs is what it shows.
  const query = stored.queryType ? stored : { ...stored, ...datasource.getDefaultQuery?.(app ?? CoreApp.Unknown) };
  const panelPluginId = usePanelType(data, () => {
    if (isComplete(query, datasource.metrics, { isAlert })) onRunQuery();
  });
  // An alert rule has a range of its own, a panel may have one.
  const asked = isAlert ? range : (data?.request?.range ?? range);
  const place = {
    ...(app === undefined ? {} : { app }),
    ...(panelPluginId === undefined ? {} : { panelPluginId }),
    ...(asked === undefined ? {} : { range: asked }),
  };
  return <QueryForm {...{ datasource, offered, query, isAlert, place, data, onChange, onRunQuery }} hasFormat />;
}
