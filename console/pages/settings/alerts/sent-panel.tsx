import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { alertRoutes } from '../../../../contract/alerts.ts';
import { Panel } from '../../../ui/page.tsx';
import { StateDot } from '../../../ui/state-dot.tsx';
import { useFormat } from '../../../ui/use-format.ts';

type Sent = z.infer<NonNullable<typeof alertRoutes.get.response>>['sent'];

/** Recent messages and their delivery results. */
export function SentPanel({ sent }: { sent: Sent }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel title={t('alerts.sent')} description={t('alerts.sentText')}>
      {sent.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('alerts.sentEmpty')}
        </Text>
      ) : (
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
          {sent.map(({ at, channel, title, ok, message }) => (
            <li key={`${at}-${channel}-${title}`}>
              <StateDot tone={ok ? 'good' : 'bad'}>
                <Group gap="xs">
                  <Text size="sm">{title}</Text>
                  <Text size="sm" c="dimmed">
                    {channel} · {format.time(at)}
                  </Text>
                </Group>
              </StateDot>
              {ok ? null : (
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {message}
                </Text>
              )}
            </li>
          ))}
        </Stack>
      )}
    </Panel>
  );
}
