import { Drawer, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { usePhone } from '../../ui/dialog.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { requestQuery } from './queries.ts';
import { RequestTrace } from './request-trace.tsx';

/** One request, from the key that asked to the answer's end, at the side of the log. */
export function RequestDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const query = useQuery({ ...requestQuery(id ?? ''), enabled: id !== undefined });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size={phone ? '100%' : 560}
      title={t('requests.detail')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {query.error ? <ErrorAlert error={query.error} onRetry={() => query.refetch()} /> : null}
      {query.data ? (
        <RequestTrace request={query.data} />
      ) : query.error ? null : (
        <Stack role="status" aria-label={t('common.loading')}>
          <Skeleton height={60} />
          <Skeleton height={160} />
          <Skeleton height={160} />
        </Stack>
      )}
    </Drawer>
  );
}
