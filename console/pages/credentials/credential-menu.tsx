import { Menu } from '@mantine/core';
import {
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconRoute,
  IconTestPipe,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Credential } from '../../../contract/credentials.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { displayName } from './display-name.ts';
import { useDeleteCredentials, useDrainCredential, useResetCredential } from './queries.ts';

interface CredentialMenuProps {
  readonly credential: Credential;
  readonly onEdit: () => void;
  readonly onTest: () => void;
  readonly onRoutes: () => void;
}

export function CredentialMenu({ credential, onEdit, onTest, onRoutes }: CredentialMenuProps) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const reset = useResetCredential();
  const drain = useDrainCredential();
  const remove = useDeleteCredentials();
  const { id, draining } = credential;
  const name = displayName(credential);
  const askAndDelete = async () => {
    const yes = await confirm({
      title: t('credentials.deleteTitle', { name }),
      text: t('credentials.deleteText'),
      action: t('common.delete'),
    });
    if (yes) void remove([credential]);
  };
  return (
    <RowMenu name={name}>
      <Menu.Item leftSection={<IconTestPipe size={16} aria-hidden />} onClick={onTest}>
        {t('credentials.testNow')}
      </Menu.Item>
      <Menu.Item leftSection={<IconRoute size={16} aria-hidden />} onClick={onRoutes}>
        {t('credentials.routes')}
      </Menu.Item>
      <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
        {t('common.edit')}
      </Menu.Item>
      <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => reset.mutate(id)}>
        {t('credentials.reset')}
      </Menu.Item>
      <Menu.Item
        leftSection={draining ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
        onClick={() => drain.mutate({ id, draining: !draining })}
      >
        {draining ? t('credentials.undrain') : t('credentials.drain')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={askAndDelete}>
        {t('common.delete')}
      </Menu.Item>
    </RowMenu>
  );
}
