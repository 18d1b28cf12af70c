import { Group, Kbd, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../ui/use-return-focus.ts';
import classes from './palette.module.css';
import { findItems, type PaletteItem } from './palette-items.ts';
import { usePaletteItems } from './use-palette-items.ts';

/** The command palette. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const listId = useId();
  useReturnFocus();
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  const found = findItems(usePaletteItems(text), text);
  const at = Math.min(place, Math.max(0, found.length - 1));
  const choose = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    onClose();
    void navigate(item.link);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Ignore keys while an input method is composing (中文).
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setPlace((at + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(found[at]);
    }
  };
  return (
    <Modal.Root opened onClose={onClose} yOffset="12vh" centered={false}>
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content aria-label={t('palette.title')}>
        <Modal.Body p="xs">
          <TextInput
            data-autofocus
            size="md"
            variant="unstyled"
            leftSection={<IconSearch size={18} aria-hidden />}
            placeholder={t('palette.hint')}
            aria-label={t('palette.title')}
            role="combobox"
            aria-expanded={found.length > 0}
            aria-controls={listId}
            aria-activedescendant={found.length > 0 ? `${listId}-${at}` : undefined}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setPlace(0);
            }}
            onKeyDown={onKeyDown}
          />
          <div id={listId} role="listbox" aria-label={t('palette.title')} className={classes.list}>
            {found.map((item, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: as in every combobox, the input handles the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus, and points here
              <div
                key={item.id}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === at}
                className={classes.item}
                onMouseMove={() => setPlace(index)}
                onClick={() => choose(item)}
              >
                <Text size="sm" truncate>
                  {item.title}
                </Text>
                <Text size="xs" c="dimmed" truncate style={{ flex: 'none', maxWidth: '45%' }}>
                  {item.about}
                </Text>
              </div>
            ))}
          </div>
          {found.length === 0 ? (
            <Text size="sm" c="dimmed" p="sm">
              {t('palette.nothing')}
            </Text>
          ) : null}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Each with the key combinations that trigger it. */
const shortcuts = [
  { combinations: [[isApple ? '⌘' : 'Ctrl', 'K'], ['/']], name: 'open' },
  { combinations: [['?']], name: 'help' },
  { combinations: [['J']], name: 'next' },
  { combinations: [['K']], name: 'previous' },
  { combinations: [['Esc']], name: 'close' },
] as const;

/** The list of keyboard shortcuts. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  useReturnFocus();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('palette.shortcuts')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="xs">
        {shortcuts.map(({ combinations, name }) => (
          <Group key={name} justify="space-between">
            <Text size="sm">{t(`palette.does.${name}`)}</Text>
            <Group gap="md">
              {combinations.map((keys) => (
                <Group key={keys.join()} gap={4}>
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
