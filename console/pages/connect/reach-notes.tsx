import { Alert } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Warning } from '../../ui/warning.tsx';
import type { Connection } from './clients/client.ts';
import type { Client } from './clients/index.ts';
import { dockerHost, isPrivate } from './reach.ts';

interface ReachNotesProps {
  readonly client: Client;
  /** The base URL as the client sees it. */
  readonly connection: Connection;
  readonly loopbackOnly: boolean;
}

/** Explains why a client on another machine cannot reach the gateway, and what to do about it. */
export function ReachNotes({ client, connection, loopbackOnly }: ReachNotesProps) {
  const { t } = useTranslation();
  if (client.runsIn === 'cloud') {
    return isPrivate(connection.baseUrl) ? <Warning>{t('connect.cloudOnly')}</Warning> : null;
  }
  if (client.runsIn !== 'container') return null;
  if (loopbackOnly) return <Warning>{t('connect.containerLoopback')}</Warning>;
  if (new URL(connection.baseUrl).hostname !== dockerHost) return null;
  return (
    <Alert variant="outline" icon={<IconInfoCircle aria-hidden />}>
      {t('connect.containerHost')}
    </Alert>
  );
}
