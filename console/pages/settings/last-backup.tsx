import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { backupRoutes } from '../../../contract/backup.ts';
import { StateDot } from '../../ui/state-dot.tsx';
import { useFormat } from '../../ui/use-format.ts';

type Backup = z.infer<NonNullable<typeof backupRoutes.get.response>>;

/** The result of the last backup, and the time of the next one. */
export function LastBackup({ backup: { last, lastSuccessAt, nextAt } }: { backup: Backup }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap={4}>
      {last === null ? (
        <Text size="sm">{t('settings.schedule.none')}</Text>
      ) : (
        <StateDot tone={last.ok ? 'good' : 'bad'}>
          <Text size="sm">
            {last.ok
              ? t('settings.schedule.lastGood', {
                  time: format.moment(last.at),
                  size: format.bytes(last.bytes ?? 0),
                })
              : t('settings.schedule.lastBad', { time: format.moment(last.at) })}
          </Text>
        </StateDot>
      )}
      {last?.ok === false ? <Text size="sm">{last.message}</Text> : null}
      {last?.ok === false && lastSuccessAt !== null ? (
        <Text size="sm">{t('settings.schedule.lastSuccess', { time: format.moment(lastSuccessAt) })}</Text>
      ) : null}
      {nextAt === null ? null : (
        <Text size="sm" c="dimmed">
          {t('settings.schedule.next', { time: format.moment(nextAt) })}
        </Text>
      )}
    </Stack>
  );
}
