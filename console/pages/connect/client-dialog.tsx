import { Code, DataList, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../ui/code-tabs.tsx';
import { CopyIcon } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { type Connection, type ImportLink, readField } from './clients/client.ts';
import type { Client } from './clients/index.ts';
import { ImportButton } from './import-button.tsx';
import { QrCode } from './qr-code.tsx';
import { isWebAddress, pointsAtItself } from './reach.ts';
import { ReachNotes } from './reach-notes.tsx';

interface ClientDialogProps {
  readonly client: Client;
  readonly connection: Connection;
  readonly hasKey: boolean;
  readonly loopbackOnly: boolean;
  readonly onClose: () => void;
}

/** One client's set-up: where its settings are, the values to enter, code to paste, links and QR codes. */
export function ClientDialog({ client, connection, hasKey, loopbackOnly, onClose }: ClientDialogProps) {
  const { t } = useTranslation();
  const [address, setAddress] = useState(client.address ?? '');
  const links =
    client.address === undefined || isWebAddress(address) ? (client.links?.(connection, address) ?? []) : [];
  return (
    <Dialog opened onClose={onClose} title={client.title} size="lg">
      <Stack gap="md">
        <ReachNotes client={client} connection={connection} loopbackOnly={loopbackOnly} />
        <Text size="sm">{t(`connect.where.${client.name}`)}</Text>
        {client.fields ? <Fields names={client.fields} connection={connection} /> : null}
        {client.parts?.(connection).map(({ file, code }) => (
          <div key={code}>
            <Text size="sm" c="dimmed" mb={4} style={{ overflowWrap: 'anywhere' }}>
              {file ?? t('connect.terminal')}
            </Text>
            <CodeBlock code={code} label={file ?? client.title} />
          </div>
        ))}
        {client.address === undefined ? null : (
          <TextInput
            label={t('connect.address', { client: client.title })}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value.trim())}
            error={isWebAddress(address) ? undefined : t('connect.addressWrong')}
          />
        )}
        <Links links={links} hasKey={hasKey} />
        {client.onPhone && hasKey && links.length > 0 ? (
          <PhoneLink client={client} connection={connection} address={address} />
        ) : null}
      </Stack>
    </Dialog>
  );
}

function Fields({ names, connection }: { names: NonNullable<Client['fields']>; connection: Connection }) {
  const { t } = useTranslation();
  return (
    <DataList gap={4} labelWidth={100}>
      {names.map((name) => (
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
  );
}

function Links({ links, hasKey }: { links: readonly ImportLink[]; hasKey: boolean }) {
  const { t } = useTranslation();
  if (links.length === 0) return null;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {links.map((link) => (
          <ImportButton
            key={link.title}
            link={link}
            label={t('connect.importInto', { client: link.title })}
            hasKey={hasKey}
          />
        ))}
      </Group>
      <Text size="xs" c="dimmed">
        {hasKey ? t('connect.linkHoldsKey') : t('connect.testNeedsKey')}
      </Text>
    </Stack>
  );
}

interface PhoneLinkProps {
  readonly client: Client;
  readonly connection: Connection;
  readonly address: string;
}

/** The import link as a QR code. It contains only one model, because the whole list would be too long. */
function PhoneLink({ client, connection, address }: PhoneLinkProps) {
  const { t } = useTranslation();
  const [link] = client.links?.({ ...connection, models: [connection.model] }, address) ?? [];
  if (link === undefined) return null;
  const unreachable = [connection.baseUrl, link.href].some(pointsAtItself);
  return (
    <Stack gap="xs">
      <QrCode text={link.href} label={t('connect.qr', { client: link.title })} />
      <Text size="sm" ta="center">
        {t(unreachable ? 'connect.qrOwnMachine' : 'connect.qrText')}
      </Text>
    </Stack>
  );
}
