import { Container, Stack, Title } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { MissingPartError } from '../load-part.ts';
import { ErrorAlert } from '../ui/error-alert.tsx';

const reloadedAtKey = 'atlassian-proxy-reloaded-at';
/** Milliseconds without another automatic reload, so that a broken installation does not reload forever. */
const reloadPause = 60_000;

/** Replaces a page that could not be loaded or failed to render. After an update, it reloads the console. */
export function LoadFailure({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const isMissing = error instanceof MissingPartError;
  useEffect(() => {
    if (isMissing) reloadOnce();
  }, [isMissing]);
  return (
    <Container size="sm" py="xl">
      <Stack>
        <Title order={1}>{t('common.failedTitle')}</Title>
        <ErrorAlert error={error} onRetry={() => (isMissing ? window.location.reload() : router.invalidate())} />
      </Stack>
    </Container>
  );
}

function reloadOnce(): void {
  const reloadedAt = Number(sessionStorage.getItem(reloadedAtKey) ?? 0);
  if (Date.now() - reloadedAt < reloadPause) return;
  sessionStorage.setItem(reloadedAtKey, String(Date.now()));
  window.location.reload();
}
