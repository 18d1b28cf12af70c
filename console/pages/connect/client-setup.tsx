import { Code, DataList, Group, Stack, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-tabs.tsx';
import { CopyIcon } from '../../ui/copy-button.tsx';
import { usePhone } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/page.tsx';
import { type Client, type Connection, clients, readField } from './clients.ts';

/** One tab a client: where its settings are, what to fill in, what to paste. */
export function ClientSetup({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <Panel title={t('connect.clients')}>
      <Tabs
        defaultValue={clients[0]?.name ?? null}
        orientation={phone ? 'horizontal' : 'vertical'}
        keepMounted={false}
        variant={phone ? 'pills' : 'default'}
        styles={{ tabLabel: { textAlign: 'start' } }}
      >
        <Tabs.List aria-label={t('connect.clients')}>
          {clients.map(({ name, title }) => (
            <Tabs.Tab key={name} value={name}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {clients.map((client) => (
          <Tabs.Panel
            key={client.name}
            value={client.name}
            pl={phone ? 0 : 'lg'}
            pt={phone ? 'md' : 0}
            style={{ minWidth: 0 }}
          >
            <ClientGuide client={client} connection={connection} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}

function ClientGuide({ client, connection }: { client: Client; connection: Connection }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{t(`connect.where.${client.name}`)}</Text>
      {client.fields ? (
        <DataList gap={4} labelWidth={100}>
          {client.fields.map((name) => (
            <DataList.Item key={name}>
              <DataList.ItemLabel>{t(`connect.field.${name}`)}</DataList.ItemLabel>
              <DataList.ItemValue style={{ minWidth: 0 }}>
                <Group gap={4} wrap="nowrap">
                  <Code style={{ overflowWrap: 'anywhere' }}>{readField(name, connection)}</Code>
                  <CopyIcon value={readField(name, connection)} what={t(`connect.field.${name}`)} />
                </Group>
              </DataList.ItemValue>
            </DataList.Item>
          ))}
        </DataList>
      ) : null}
      {client.code ? <CodeBlock code={client.code(connection)} label={client.title} /> : null}
    </Stack>
  );
}
