import { Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CredentialTest } from '../../../contract/credentials.ts';
import { useFormat } from '../../ui/use-format.ts';
import { CreditsBar } from './credits-bar.tsx';

/** The result of a test, with the account's details. */
export function TestResult({ test }: { test: CredentialTest }) {
  const { t } = useTranslation();
  const format = useFormat();
  const Icon = test.ok ? IconCircleCheck : IconCircleX;
  return (
    <Stack gap="xs" role="status">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Icon size={20} aria-hidden color={test.ok ? 'var(--console-good)' : 'var(--console-bad)'} />
        <div>
          <Text size="sm" fw={600}>
            {test.ok ? t('credentials.testGood') : t('credentials.testBad')}
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {[
              test.status === undefined ? undefined : `HTTP ${test.status}`,
              test.ok ? undefined : test.message,
              format.duration(test.milliseconds),
            ]
              .filter((part) => part !== undefined && part !== '')
              .join(' · ')}
          </Text>
          {test.ok ? null : <Text size="xs">{t(hintFor(test.status))}</Text>}
        </div>
      </Group>
      {test.credits ? (
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {t('credentials.credits')}
          </Text>
          <CreditsBar credits={test.credits} />
        </Group>
      ) : null}
    </Stack>
  );
}

/** Suggests what to do about a failed test, by the upstream's status. */
function hintFor(status: number | undefined) {
  if (status === 401) return 'credentials.hintToken' as const;
  if (status === 403) return 'credentials.hintPermission' as const;
  if (status === 429) return 'credentials.hintRate' as const;
  return 'credentials.hintNetwork' as const;
}
