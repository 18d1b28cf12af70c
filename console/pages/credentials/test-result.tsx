import { Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CredentialTest } from '../../../contract/credentials.ts';
import { useFormat } from '../../ui/use-format.ts';
import { CreditsBar } from './credits-bar.tsx';
import { explainTest } from './explain-test.ts';

/** The result of a test, with the account's details. */
export function TestResult({ test }: { test: CredentialTest }) {
  const { t } = useTranslation();
  const format = useFormat();
  const explanation = test.ok ? undefined : explainTest(test);
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
              explanation?.evidence,
              format.duration(test.milliseconds),
            ]
              .filter((part) => part !== undefined && part !== '')
              .join(' · ')}
          </Text>
          {explanation ? <Text size="xs">{t(`credentials.${explanation.hint}`)}</Text> : null}
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
