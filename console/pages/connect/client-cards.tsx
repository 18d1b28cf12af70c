import { Badge, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../ui/page.tsx';
import { clientGroups } from './clients/client.ts';
import { type Client, clients, connectTo, type Gateway } from './clients/index.ts';
import { ImportButton } from './import-button.tsx';

/** One card per client, with its API, its set-up, and a one-click import if the client supports it. */
export function ClientCards({ gateway, onOpen }: { gateway: Gateway; onOpen: (client: Client) => void }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('connect.clients')} description={t('connect.clientsText')}>
      <Stack gap="lg">
        {clientGroups.map((group) => (
          <section key={group} aria-label={t(`connect.group.${group}`)}>
            <Title order={3} size="h5" mb="xs">
              {t(`connect.group.${group}`)}
            </Title>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
              {clients
                .filter((client) => client.group === group)
                .map((client) => (
                  <ClientCard key={client.name} client={client} gateway={gateway} onOpen={() => onOpen(client)} />
                ))}
            </SimpleGrid>
          </section>
        ))}
      </Stack>
    </Panel>
  );
}

function ClientCard({ client, gateway, onOpen }: { client: Client; gateway: Gateway; onOpen: () => void }) {
  const { t } = useTranslation();
  // The set-up dialog asks for the address of self-hosted clients.
  const links = client.address === undefined ? (client.links?.(connectTo(gateway, client), '') ?? []) : [];
  return (
    <Paper withBorder p="sm" radius="md">
      <Stack gap="xs" h="100%" justify="space-between">
        <Group justify="space-between" gap="xs">
          <Text fw={600} style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
            {client.title}
          </Text>
          <Badge variant="light" color="gray" tt="none" style={{ flex: 'none' }}>
            {t(`connect.api.${client.api}`)}
          </Badge>
        </Group>
        <Group gap="xs">
          {links.map((link) => (
            <ImportButton
              key={link.title}
              link={link}
              label={links.length === 1 ? t('connect.import') : link.title}
              hasKey={gateway.key !== undefined}
            />
          ))}
          <Button
            size="compact-sm"
            variant="default"
            onClick={onOpen}
            aria-label={t('connect.showFor', { client: client.title })}
          >
            {t('connect.show')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
