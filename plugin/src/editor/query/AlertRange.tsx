import { t, Trans } from '@grafana/i18n';
import { Alert } from '@grafana/ui';
import React from 'react';
import { RULE_DAYS } from '../../metrics/parts/ranges.ts';
import { daysOf, type PanelPlace } from '../state/for-panel.ts';

/** Shorter ranges hold too few changes and deployments to judge. */
const LEAST_DAYS = 7;
const MINUTES_PER_DAY = 1440;
const MINUTES_PER_HOUR = 60;

/** Grafana opens a rule with ten minutes, which no plugin can change: it says what is answered instead, and where to choose. */
export function AlertRange({ place }: { place: PanelPlace }) {
  const span = daysOf(place);
  if (span === undefined || span >= LEAST_DAYS) {
    return null;
  }
  const days = RULE_DAYS;
  return span < 1 ? (
    <Alert
      severity="info"
      title={t('editor.alert.fitted-range', 'Answered for the last {{days}} days, not for {{span}}', {
        days,
        span: spanOf(span),
      })}
    >
      <Trans i18nKey="editor.alert.fitted-why">
        Days are the smallest step of a rule. The number is that of a panel at “Last {{ days }} days”. For another range
        open Options above, beside the data source, e.g. now-28d to now.
      </Trans>
    </Alert>
  ) : (
    <Alert
      severity="warning"
      title={t('editor.alert.short-range', 'This rule looks at {{span}} only', { span: spanOf(span) })}
    >
      <Trans i18nKey="editor.alert.choose-range">
        Too little happens in that time to judge. Open Options above, beside the data source, and set the time range
        from now-90d to now.
      </Trans>
    </Alert>
  );
}

function spanOf(days: number): string {
  const minutes = Math.round(days * MINUTES_PER_DAY);
  return minutes < 2 * MINUTES_PER_HOUR
    ? t('editor.alert.minutes', '{{count}} minutes', { count: minutes })
    : minutes < 2 * MINUTES_PER_DAY
      ? t('editor.alert.hours', '{{count}} hours', { count: Math.round(minutes / MINUTES_PER_HOUR) })
      : t('editor.alert.days', '{{count}} days', { count: Math.round(days) });
}
