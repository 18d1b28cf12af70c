import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Key } from '../../../contract/keys.ts';
import { usageRoutes } from '../../../contract/usage.ts';
import { call } from '../../api.ts';
import { localZone } from '../../ui/chart/time-ticks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';

const UsageChart = lazy(() => import('../../ui/chart/usage-chart.tsx'));
const span = 30 * 86_400_000;

/** Requests of one key per day. */
export function UsageDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const { t } = useTranslation();
  const [from] = useState(() => Date.now() - span);
  const { data, error } = useQuery({
    queryKey: ['usage', 'key', apiKey.id],
    queryFn: ({ signal }) =>
      call(usageRoutes.summary, { query: { from, keys: apiKey.id, interval: 'day', zone: localZone() } }, signal),
  });
  const placeholder = <Skeleton height={240} />;
  return (
    <Dialog opened onClose={onClose} size="xl" title={t('keys.usageTitle', { name: apiKey.name })}>
      {error ? <ErrorAlert error={error} /> : null}
      {data === undefined && !error ? placeholder : null}
      {data?.totals.requests === 0 ? <Text c="dimmed">{t('keys.usageEmpty')}</Text> : null}
      {data && data.totals.requests > 0 ? (
        <Suspense fallback={placeholder}>
          <UsageChart kind="requests" points={data.series} interval={data.interval} zone={data.zone} />
        </Suspense>
      ) : null}
    </Dialog>
  );
}
