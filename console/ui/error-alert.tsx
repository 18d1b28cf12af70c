import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from './describe-error.ts';

/** An inline error, with a retry button if retrying is possible. In a form longer than the window, it scrolls into view. */
export function ErrorAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t, i18n } = useTranslation();
  const alert = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the next error may come after the form was scrolled
  useEffect(() => {
    if (alert.current?.closest('form') != null) alert.current.scrollIntoView({ block: 'nearest' });
  }, [error]);
  return (
    <Alert ref={alert} color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} role="alert">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="var(--mantine-color-text)">
          {describeError(error, t, i18n.language)}
        </Text>
        {onRetry ? (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
}
