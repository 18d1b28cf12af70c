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

/** The time of a row in a log: relative within an hour, then the clock's, which tells neighbouring rows apart. */
export function LogTime({ at }: { at: number }) {
  const format = useFormat();
  const now = Math.max(useNow(10_000), Date.now());
  return (
    <Tooltip label={format.time(at)}>
      <time dateTime={new Date(at).toISOString()}>{format.log(at, now)}</time>
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
