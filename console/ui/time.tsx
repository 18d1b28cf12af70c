import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format.ts';
import { useNow } from './use-now.ts';

/** Relative time, with the exact local time on hover. */
export function RelativeTime({ at }: { at: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(10_000);
  if (at === null) return <span>{t('common.never')}</span>;
  return (
    <Tooltip label={format.time(at)}>
      <time dateTime={new Date(at).toISOString()}>{format.relative(at, Math.max(now, Date.now()))}</time>
    </Tooltip>
  );
}

/** Countdown to `until`; renders nothing after it. */
export function Countdown({ until }: { until: number }) {
  const format = useFormat();
  const now = useNow(1000);
  if (until <= now) return null;
  return (
    <Tooltip label={format.time(until)}>
      <time dateTime={new Date(until).toISOString()}>{format.span(until - now)}</time>
    </Tooltip>
  );
}
