import { t } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import React, { useId, useState, type ReactNode } from 'react';

interface Props {
  /** Names of the options that differ from their default. */
  changed: readonly string[];
  /** One of them is wrong: it cannot stay folded. */
  hasFault: boolean;
  children: ReactNode;
}

/** What is rarely chosen, folded away; what of it differs from the defaults is named. */
export function OptionsFold({ changed, hasFault, children }: Props) {
  const id = useId();
  const [isUnfolded, setUnfolded] = useState(false);
  const isOpen = isUnfolded || hasFault;
  const title =
    changed.length === 0
      ? t('editor.options.label', 'Options')
      : t('editor.options.changed', 'Options ({{count}} changed)', { count: changed.length });
  return (
    <>
      <Stack direction="row" alignItems="center" gap={1}>
        <Button
          variant="secondary"
          fill="text"
          size="sm"
          icon={isOpen ? 'angle-down' : 'angle-right'}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setUnfolded(!isOpen)}
        >
          {title}
        </Button>
        {!isOpen && changed.length > 0 && (
          <Text variant="bodySmall" color="secondary">
            {changed.join(', ')}
          </Text>
        )}
      </Stack>
      <div id={id}>{isOpen && children}</div>
    </>
  );
}
