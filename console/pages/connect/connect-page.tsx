import { Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { BaseUrl } from '../keys/base-url.tsx';
import { useCarriedKey } from '../keys/carried-key.ts';
import { ClientSetup } from './client-setup.tsx';
import { KeyField } from './key-field.tsx';
import { connectionQuery } from './queries.ts';
import { SelfTest } from './self-test.tsx';

/** Set-ups to paste into common clients, with the real base URL and key; and a test as a client would do it. */
export function ConnectPage() {
  const { t } = useTranslation();
  const query = useQuery(connectionQuery);
  const carried = useCarriedKey();
  const [key, setKey] = useState(carried?.key ?? '');
  const [model, setModel] = useState<string | null>(null);
  const models = query.data?.models ?? [];
  const connection = {
    baseUrl: query.data?.baseUrl ?? `${window.location.origin}/v1`,
    key: key === '' ? 'YOUR_API_KEY' : key,
    model: model ?? models[0] ?? 'MODEL',
  };
  return (
    <Page title={t('connect.title')} description={t('connect.description')}>
      {query.error && !query.data ? <ErrorAlert error={query.error} onRetry={() => query.refetch()} /> : null}
      <Panel title={t('connect.choose')} description={t('connect.chooseText')}>
        <BaseUrl />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <KeyField value={key} onChange={setKey} />
          <Select
            label={t('connect.model')}
            description={t('connect.modelHint')}
            searchable
            allowDeselect={false}
            data={models}
            value={model ?? models[0] ?? null}
            onChange={setModel}
          />
        </SimpleGrid>
      </Panel>
      <SelfTest apiKey={key} model={connection.model} />
      <ClientSetup connection={connection} />
    </Page>
  );
}
