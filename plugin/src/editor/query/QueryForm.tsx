import type { PanelData } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { EditorRow, EditorRows, FlexItem } from '@grafana/plugin-ui';
import { Alert, Stack } from '@grafana/ui';
import React, { useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { MetricSource } from '../state/metric-source.ts';
import type { Metric } from '../../metrics/define.ts';
import { decidedBy, type PanelPlace } from '../state/for-panel.ts';
import { inLanguage } from '../state/metric-words.ts';
import {
  findFaults,
  isComplete,
  paramsFor,
  readQuery,
  usableFormats,
  withFormat,
  writeQuery,
} from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';
import { AlertRange } from './AlertRange.tsx';
import { AlertUnit } from './AlertUnit.tsx';
import { AnswerNotes } from './AnswerNotes.tsx';
import { BestFormat } from './BestFormat.tsx';
import { FormatField } from './FormatField.tsx';
import { JsonForm } from './JsonForm.tsx';
import { MetricBody } from './MetricBody.tsx';
import { MetricField } from './MetricField.tsx';
import { ModeField, RunButton, type Mode } from './QueryActions.tsx';
import { useRunKeys } from './use-run-keys.ts';

interface Props {
  datasource: MetricSource;
  /** Metrics to choose from. */
  offered: readonly Metric[];
  query: ThroughlineQuery;
  /** Alert rules know no template variables and no tables. */
  isAlert: boolean;
  /** What the panel draws where the query does not say; absent = as the metric has it. */
  place?: PanelPlace | undefined;
  /** What the query answered last, as far as the place tells it. */
  data?: PanelData | undefined;
  /** Annotations are tables always, and run by themselves. */
  hasFormat: boolean;
  onChange: (query: ThroughlineQuery) => void;
  onRunQuery: () => void;
}

type Params = Readonly<Record<string, unknown>>;
const NOWHERE: PanelPlace = {};

/** Metric, format and the metric's own form, or all of it as JSON; runs the query whenever it is complete. */
export function QueryForm(props: Props) {
  const { datasource, offered, query, isAlert, place = NOWHERE, data, hasFormat } = props;
  const id = useId();
  const [mode, setMode] = useState<Mode>('form');
  const { queryType, params, fault } = readQuery(query);
  const known = datasource.metrics.get(queryType);
  const metric = useMemo(() => (known === undefined ? undefined : inLanguage(known)), [known]);
  const { change, choose, run, onKeys } = useChanges(props);
  const decided = metric === undefined ? {} : decidedBy(place, metric, params);
  // An annotation asks one query, which Grafana gives a name of its own.
  const answersTo = hasFormat ? query.refId : null;
  const form = { id, datasource, params, decided, isAlert, onChange: (next: Params) => change(queryType, next) };
  return (
    <div onKeyDownCapture={onKeys}>
      <EditorRows>
        {fault !== null && (
          <Alert severity="error" title={t('editor.query.unreadable', 'This query cannot be read')}>
            {fault}
          </Alert>
        )}
        {isAlert && queryType === '' && <NoMetric />}
        {isAlert && metric?.units !== undefined && <AlertRange place={place} />}
        {isAlert && metric !== undefined && <AlertUnit metric={metric} params={params} />}
        {metric !== undefined && hasFormat && (
          <BestFormat
            metric={metric}
            place={place}
            format={params['format']}
            onChange={(format) => change(queryType, withFormat(params, format))}
          />
        )}
        <EditorRow>
          <MetricField id={`${id}-metric`} offered={offered} queryType={queryType} onChange={choose} />
          {metric !== undefined && hasFormat && <Format {...form} metric={metric} />}
          <FlexItem grow={1} />
          <Stack direction="row" alignItems="flex-start" gap={1}>
            <ModeField id={`${id}-mode`} mode={mode} onChange={setMode} />
            {hasFormat && <RunButton onRun={run} />}
          </Stack>
        </EditorRow>
        {mode === 'json' ? (
          <JsonForm id={id} query={query} metrics={datasource.metrics} place={{ isAlert }} onChange={change} />
        ) : (
          metric !== undefined && (
            <MetricBody {...form} metric={metric} notes={<AnswerNotes data={data} refId={answersTo} />} />
          )
        )}
      </EditorRows>
    </div>
  );
}

/** Grafana's preview of a rule asks nothing where nothing is chosen, and says nothing of it. */
function NoMetric() {
  return (
    <Alert severity="info" title={t('editor.alert.no-metric', 'Choose a metric first')}>
      <Trans i18nKey="editor.alert.no-metric-why">
        Without a metric a preview has nothing to ask, and the rule has no data.
      </Trans>
    </Alert>
  );
}

/** What changes a query and what runs it. */
function useChanges({ datasource, query, isAlert, onChange, onRunQuery }: Props) {
  const { metrics } = datasource;
  // What was just taken over is known before it is drawn.
  const latest = useRef(query);
  useLayoutEffect(() => {
    latest.current = query;
  });
  const runs = useRunKeys(() => run());
  const run = () => {
    if (isComplete(latest.current, metrics, { isAlert })) {
      runs.note();
      onRunQuery();
    }
  };
  const change = (type: string, next: Params) => {
    latest.current = writeQuery(query, type, next);
    onChange(latest.current);
    run();
  };
  const choose = (type: string) => {
    const chosen = metrics.get(type);
    change(type, chosen === undefined ? {} : paramsFor(chosen, readQuery(query).params, isAlert));
  };
  return { change, choose, run, onKeys: runs.onKeys };
}

interface FormatProps {
  id: string;
  metric: Metric;
  params: Params;
  /** What the place decides where params leave it open. */
  decided: Params;
  isAlert: boolean;
  onChange: (params: Params) => void;
}

function Format({ id, metric, params, decided, isAlert, onChange }: FormatProps) {
  return (
    <FormatField
      id={`${id}-format`}
      formats={usableFormats(metric, isAlert)}
      value={params['format'] ?? decided['format'] ?? metric.formats[0]}
      isDecided={decided['format'] !== undefined}
      fault={findFaults(metric, params, { isAlert })['format']}
      onChange={(format) => onChange(withFormat(params, format))}
    />
  );
}
