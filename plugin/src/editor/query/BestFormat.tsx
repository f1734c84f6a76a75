import { t } from '@grafana/i18n';
import { Alert, Button } from '@grafana/ui';
import React from 'react';
import type { Format, Metric } from '../../metrics/define.ts';
import { formatFor, type PanelPlace } from '../state/for-panel.ts';

interface Props {
  metric: Metric;
  place: PanelPlace;
  /** As the query stores it. */
  format: unknown;
  onChange: (format: Format) => void;
}

/** A panel of single numbers that was one over time keeps its series: the ends of intervals would stand as numbers like the others. */
export function BestFormat({ metric, place, format, onChange }: Props) {
  if (format !== 'timeseries' || formatFor(metric, place) !== 'numeric') {
    return null;
  }
  return (
    <Alert severity="info" title={t('editor.format.best-numbers', 'This panel shows single numbers best')}>
      <Button variant="secondary" size="sm" onClick={() => onChange('numeric')}>
        {t('editor.format.use-numbers', 'Use Numbers')}
      </Button>
    </Alert>
  );
}
