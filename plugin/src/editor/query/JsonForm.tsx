import { t, Trans } from '@grafana/i18n';
import { Alert, Button, ClipboardButton, Field, Stack, TextArea } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import type { MetricRegistry } from '../../metrics/query.ts';
import { queryJson, readJson } from '../state/query-json.ts';
import type { Place } from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';

interface Props {
  id: string;
  query: ThroughlineQuery;
  metrics: MetricRegistry;
  place: Place;
  onChange: (queryType: string, params: Readonly<Record<string, unknown>>) => void;
}

const ROWS = 10;

/** The query as JSON: copied as it is, taken over when it is left, once every field of it is right. */
export function JsonForm({ id, query, metrics, place, onChange }: Props) {
  const stored = queryJson(query);
  const [text, setText] = useState(stored);
  const [faults, setFaults] = useState<readonly string[]>([]);
  useEffect(() => {
    setText(stored);
    setFaults([]);
  }, [stored]);
  const takeOver = () => {
    if (text === stored) {
      return;
    }
    const read = readJson(text, metrics, place);
    if ('faults' in read) {
      setFaults(read.faults);
    } else {
      setFaults([]);
      onChange(read.queryType, read.params);
    }
  };
  return (
    <Stack direction="column" gap={1}>
      {faults.length > 0 && <Faults faults={faults} />}
      <Field
        label={t('editor.json.label', 'Query as JSON')}
        description={t(
          'editor.json.help',
          'What is left out has its default. Pasted text is taken over when you leave the field.'
        )}
        invalid={faults.length > 0}
      >
        <TextArea
          id={`${id}-json`}
          rows={ROWS}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={takeOver}
        />
      </Field>
      <Stack direction="row" gap={1}>
        <ClipboardButton icon="copy" variant="secondary" size="sm" getText={() => text}>
          <Trans i18nKey="editor.json.copy">Copy</Trans>
        </ClipboardButton>
        <Button variant="secondary" size="sm" onClick={takeOver} disabled={text === stored}>
          <Trans i18nKey="editor.json.apply">Apply</Trans>
        </Button>
      </Stack>
    </Stack>
  );
}

function Faults({ faults }: { faults: readonly string[] }) {
  return (
    <Alert severity="error" title={t('editor.json.faulty', 'The query stays as it was')}>
      <ul>
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </Alert>
  );
}
