import { Button, Menu, ScrollArea, Text } from '@mantine/core';
import { IconHistory, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/use-format.ts';
import type { Talk } from './history.ts';

interface HistoryMenuProps {
  readonly talks: readonly Talk[];
  readonly size: 'compact-sm' | 'sm';
  readonly onOpen: (talk: Talk) => void;
  readonly onForget: () => void;
}

/** Earlier conversations, stored in this browser only. */
export function HistoryMenu({ talks, size, onOpen, onForget }: HistoryMenuProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button
          variant="default"
          size={size}
          leftSection={size === 'sm' ? <IconHistory size={16} aria-hidden /> : null}
          disabled={talks.length === 0}
        >
          {t('playground.history')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('playground.historyText')}</Menu.Label>
        <ScrollArea.Autosize mah={360}>
          {talks.map((talk) => (
            <Menu.Item key={talk.id} onClick={() => onOpen(talk)}>
              <Text size="sm" truncate>
                {talk.title}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {format.relative(talk.at, Date.now())} · {talk.model}
              </Text>
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={onForget}>
          {t('playground.forget')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
