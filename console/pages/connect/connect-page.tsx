import { Select, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Warning } from '../../ui/warning.tsx';
import { BaseUrl } from '../keys/base-url.tsx';
import { useCarriedKey } from '../keys/carried-key.ts';
import { modelsQuery } from '../models/queries.ts';
import { ClientCards } from './client-cards.tsx';
import { ClientDialog } from './client-dialog.tsx';
import { type Client, clients, connectTo, type Gateway } from './clients/index.ts';
import { KeyField } from './key-field.tsx';
import { connectionQuery } from './queries.ts';
import { SelfTest } from './self-test.tsx';
import { useOpenClient } from './use-open-client.ts';

/** Set-ups for common clients with the actual base URL and key, and a self-test. */
export function ConnectPage() {
  const { t } = useTranslation();
  const query = useQuery(connectionQuery);
  const carried = useCarriedKey();
  const [key, setKey] = useState(carried?.key ?? '');
  const [model, setModel] = useState<string | null>(null);
  const [open, setOpen] = useOpenClient();
  const models = query.data?.models ?? [];
  const gateway = useGateway(key, model);
  const opened = clients.find(({ name }) => name === open);
  return (
    <Page title={t('connect.title')} description={t('connect.description')}>
      {query.error && !query.data ? <ErrorAlert error={query.error} onRetry={() => query.refetch()} /> : null}
      <Panel title={t('connect.choose')} description={t('connect.chooseText')}>
        <BaseUrl />
        {query.data?.loopbackOnly ? (
          <Warning title={t('connect.loopback')} mb="md">
            {t('connect.loopbackText')}
          </Warning>
        ) : null}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <KeyField value={key} onChange={setKey} />
          <Select
            label={t('connect.model')}
            description={t('connect.modelHint')}
            placeholder={t('connect.modelSuggested')}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('connect.modelClear') }}
            data={models}
            value={model}
            onChange={setModel}
          />
        </SimpleGrid>
      </Panel>
      <SelfTest apiKey={key} model={model} />
      <ClientCards gateway={gateway} onOpen={(client: Client) => setOpen(client.name)} />
      {opened ? (
        <ClientDialog
          client={opened}
          connection={connectTo(gateway, opened)}
          hasKey={key !== ''}
          loopbackOnly={query.data?.loopbackOnly ?? false}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </Page>
  );
}

function useGateway(key: string, model: string | null): Gateway {
  const connection = useQuery(connectionQuery).data;
  const known = useQuery(modelsQuery).data?.models ?? [];
  return {
    baseUrl: connection?.baseUrl ?? `${window.location.origin}/v1`,
    key: key === '' ? undefined : key,
    model,
    models: connection?.models ?? [],
    contextWindowOf: (id) => known.find((one) => one.id === id)?.contextWindow ?? null,
  };
}
