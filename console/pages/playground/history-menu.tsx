import { Button, Menu, ScrollArea, Text } from '@mantine/core';
import { IconHistory, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/use-format.ts';
import type { SavedChat } from './history.ts';

interface HistoryMenuProps {
  readonly savedChats: readonly SavedChat[];
  readonly size: 'compact-sm' | 'sm';
  readonly onOpen: (saved: SavedChat) => void;
  readonly onForget: () => void;
}

/** Earlier conversations, stored in this browser only. */
export function HistoryMenu({ savedChats, size, onOpen, onForget }: HistoryMenuProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button
          variant="default"
          size={size}
          leftSection={size === 'sm' ? <IconHistory size={16} aria-hidden /> : null}
          disabled={savedChats.length === 0}
        >
          {t('playground.history')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('playground.historyText')}</Menu.Label>
        <ScrollArea.Autosize mah={360}>
          {savedChats.map((saved) => (
            <Menu.Item key={saved.id} onClick={() => onOpen(saved)}>
              <Text size="sm" truncate>
                {saved.title}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {format.relative(saved.at, Date.now())} · {saved.model}
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
