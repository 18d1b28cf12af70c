import { CloseButton, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SecretBox } from '../../ui/secret-box.tsx';

interface NewKeyProps {
  readonly name: string;
  readonly value: string;
  readonly onClose: () => void;
}

/** Shows a new key in full, to copy it. */
export function NewKey({ name, value, onClose }: NewKeyProps) {
  const { t } = useTranslation();
  return (
    <Paper
      withBorder
      p="sm"
      mb="md"
      role="status"
      style={{ borderColor: 'var(--console-good)' }}
      aria-label={t('keys.newTitle', { name })}
    >
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Text size="sm" fw={600}>
              {t('keys.newTitle', { name })}
            </Text>
            <Text size="xs" c="dimmed">
              {t('keys.newText')}
            </Text>
          </div>
          <CloseButton aria-label={t('common.close')} onClick={onClose} />
        </Group>
        <SecretBox value={value} label={t('keys.newTitle', { name })} />
      </Stack>
    </Paper>
  );
}
