import { Code, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CopyIcon } from '../../ui/copy-button.tsx';
import { connectionQuery } from '../connect/queries.ts';

/** The base URL with a copy button. */
export function BaseUrl() {
  const { t } = useTranslation();
  const { data } = useQuery(connectionQuery);
  return (
    <Group gap="xs" mb="sm" mih={28} style={{ rowGap: 4 }}>
      <Text size="sm" c="dimmed">
        {t('keys.baseUrl')}
      </Text>
      {data ? (
        <Group gap="xs" wrap="nowrap" miw={0}>
          <Code fz="sm" style={{ overflowWrap: 'anywhere' }}>
            {data.baseUrl}
          </Code>
          <CopyIcon value={data.baseUrl} what={t('keys.baseUrl')} />
        </Group>
      ) : (
        <Skeleton width={200} height={20} />
      )}
    </Group>
  );
}
