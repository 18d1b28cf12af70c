import { Container, Stack, Title } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ErrorAlert } from '../ui/error-alert.tsx';

/** Replaces a page that could not be loaded or failed to render. */
export function LoadFailure({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <Container size="sm" py="xl">
      <Stack>
        <Title order={1}>{t('common.failedTitle')}</Title>
        <ErrorAlert error={error} onRetry={() => router.invalidate()} />
      </Stack>
    </Container>
  );
}
