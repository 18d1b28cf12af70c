import { Button, Group } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Focus } from './queries.ts';

/** Shows the active filter and clears it. */
export function FocusChip({ focus, onClear }: { focus: Focus; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <Group>
      <Button
        size="xs"
        variant="light"
        rightSection={<IconX size={14} aria-hidden />}
        onClick={onClear}
        aria-label={t('overview.focusClear', { name: focus.label })}
      >
        {t(`overview.by.${focus.by}`)}: {focus.label}
      </Button>
    </Group>
  );
}
