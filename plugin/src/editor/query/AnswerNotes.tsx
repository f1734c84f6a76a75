import { FieldType, LoadingState, type DataFrame, type PanelData } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Text } from '@grafana/ui';
import React from 'react';

const ALERT_FROM: readonly LoadingState[] = [LoadingState.Done, LoadingState.Error];

/** What the answer says of itself, where it is read: a panel keeps it behind an icon, and where it has nothing to draw it only says "No data". `refId` null = all of it. */
export function AnswerNotes({ data, refId }: { data: PanelData | undefined; refId: string | null }) {
  const frames = (data?.series ?? []).filter((frame) => refId === null || frame.refId === refId);
  const texts = [...new Set(frames.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text))];
  if (data === undefined || texts.length === 0 || !ALERT_FROM.includes(data.state)) {
    return null;
  }
  return frames.some(hasSomething) ? (
    <Text variant="bodySmall" color="secondary">
      {texts.join(' ')}
    </Text>
  ) : (
    <Alert severity="info" title={t('editor.answer.nothing', 'The answer holds nothing to show')}>
      {texts.join(' ')}
    </Alert>
  );
}

/** A number that is known; of a list its rows. */
function hasSomething({ fields, length }: DataFrame): boolean {
  const numbers = fields.filter(({ type }) => type === FieldType.number);
  return numbers.length === 0
    ? length > 0 && fields.some(({ type }) => type === FieldType.time)
    : numbers.some(({ values }) => values.some((value: unknown) => typeof value === 'number' && !Number.isNaN(value)));
}
