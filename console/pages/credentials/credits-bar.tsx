import { Progress, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Credits } from '../../../contract/credentials.ts';
import { useFormat } from '../../ui/use-format.ts';

interface Balance {
  readonly total: number | undefined;
  readonly remaining: number;
}

/** Remaining and total credits: monthly if known, otherwise daily. Any field may be missing. */
export function readBalance(credits: Credits): Balance | undefined {
  const periods = [
    { total: credits.monthlyTotal, used: credits.monthlyUsed, remaining: credits.monthlyRemaining },
    { total: credits.dailyTotal, used: credits.dailyUsed, remaining: credits.dailyRemaining },
  ];
  for (const { total, used, remaining } of periods) {
    if (remaining !== undefined) return { total, remaining };
    if (total !== undefined && used !== undefined) return { total, remaining: Math.max(0, total - used) };
  }
  return undefined;
}

export function CreditsBar({ credits }: { credits: Credits | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const balance = credits ? readBalance(credits) : undefined;
  if (!credits || !balance) {
    return (
      <Text size="sm" c="dimmed">
        {t('credentials.creditsUnknown')}
      </Text>
    );
  }
  const { total, remaining } = balance;
  const share = total === undefined || total === 0 ? undefined : Math.min(1, remaining / total);
  const text = total === undefined ? format.count(remaining) : `${format.count(remaining)} / ${format.count(total)}`;
  return (
    <Tooltip label={t('credentials.creditsChecked', { time: format.time(credits.checkedAt) })}>
      <div style={{ minWidth: 96, maxWidth: 140 }}>
        <Text size="xs" mb={4} style={{ whiteSpace: 'nowrap' }}>
          {text}
        </Text>
        {share === undefined ? null : (
          <Progress
            value={share * 100}
            size={4}
            color={share < 0.1 ? 'red' : share < 0.3 ? 'yellow' : 'accent'}
            aria-label={t('credentials.creditsLeft', { text })}
          />
        )}
      </div>
    </Tooltip>
  );
}
