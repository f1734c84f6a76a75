import { Input } from '@grafana/ui';
import React, { useEffect, useState } from 'react';

interface Props {
  id: string;
  /** Text of the stored value. */
  value: string;
  placeholder?: string;
  suffix?: string;
  width?: number;
  inputMode?: 'text' | 'decimal' | 'numeric';
  /** Set by the field around it. */
  invalid?: boolean;
  onCommit: (text: string) => void;
}

/** A text that is taken over when the field is left or Enter is pressed, so that half a number runs no query. */
export function DraftInput({ value, onCommit, ...input }: Props) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = () => {
    if (draft.trim() !== value) {
      onCommit(draft.trim());
    }
  };
  return (
    <Input
      {...input}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          commit();
        }
      }}
    />
  );
}
