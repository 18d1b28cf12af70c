import { Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { usageRoutes } from '../../../contract/usage.ts';
import { Panel } from '../../ui/page.tsx';
import { useFormat } from '../../ui/use-format.ts';

type Credits = z.infer<NonNullable<typeof usageRoutes.overview.response>>['credits'];

/** The total credits of all accounts, and when they run out at the current rate. */
export function CreditsPanel({ credits }: { credits: Credits | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (credits === undefined) {
    return (
      <Panel title={t('overview.credits')}>
        <Skeleton height={84} />
      </Panel>
    );
  }
  const { total, remaining, ratePerHour, emptyAt } = credits;
  const share = total !== null && total > 0 && remaining !== null ? remaining / total : undefined;
  return (
    <Panel title={t('overview.credits')}>
      {remaining === null ? (
        <Text size="sm" c="dimmed">
          {t('overview.creditsUnknown')}
        </Text>
      ) : (
        <Stack gap="sm">
          <Text size="sm">
            {total === null
              ? t('overview.creditsLeft', { remaining: format.count(Math.floor(remaining)) })
              : t('overview.creditsOf', {
                  remaining: format.count(Math.floor(remaining)),
                  total: format.count(Math.floor(total)),
                })}
          </Text>
          {share === undefined ? null : (
            <Progress
              value={share * 100}
              size={8}
              color={share < 0.1 ? 'red' : share < 0.3 ? 'yellow' : 'accent'}
              aria-label={t('overview.credits')}
            />
          )}
          <Text size="sm">
            {emptyAt === null
              ? t('overview.creditsEnough')
              : t('overview.creditsEmptyIn', {
                  span: format.roughSpan(emptyAt - Date.now()),
                  day: format.day(emptyAt),
                })}
          </Text>
          {ratePerHour === null ? null : (
            <Text size="xs" c="dimmed">
              {t('overview.creditsRate', { rate: format.rough(ratePerHour) })}
            </Text>
          )}
        </Stack>
      )}
    </Panel>
  );
}
