import { Loader, Skeleton, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Placeholder for a page while its code is loading. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" role="status" aria-label={t('common.loading')}>
      <Skeleton height={28} width={180} />
      <Skeleton height={220} />
      <Skeleton height={220} />
    </Stack>
  );
}

/** Shown until the session is known, which decides between the console and the login. */
export function SessionLoader() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('common.loading')}
      style={{ display: 'grid', placeItems: 'center', minHeight: '100dvh' }}
    >
      <Loader aria-hidden />
    </div>
  );
}
