import { Button, Group } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface PagerProps {
  readonly onNewer: (() => void) | undefined;
  readonly onOlder: (() => void) | undefined;
}

export function Pager({ onNewer, onOlder }: PagerProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<IconChevronLeft size={14} aria-hidden />}
        disabled={onNewer === undefined}
        onClick={onNewer}
      >
        {t('requests.newer')}
      </Button>
      <Button
        size="xs"
        variant="default"
        rightSection={<IconChevronRight size={14} aria-hidden />}
        disabled={onOlder === undefined}
        onClick={onOlder}
      >
        {t('requests.older')}
      </Button>
    </Group>
  );
}
