import { Menu } from '@mantine/core';
import { IconChartBar, IconEye, IconPencil, IconRotate, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Key } from '../../../contract/keys.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { useRevokeKey, useRotateKey } from './queries.ts';

interface KeyMenuProps {
  readonly apiKey: Key;
  readonly onOpen: (as: 'edit' | 'reveal') => void;
  readonly onRotated: (key: { name: string; key: string }) => void;
}

export function KeyMenu({ apiKey, onOpen, onRotated }: KeyMenuProps) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const rotate = useRotateKey(onRotated);
  const revoke = useRevokeKey();
  const { id, name } = apiKey;
  const askAndRotate = async () => {
    const yes = await confirm({
      title: t('keys.rotateTitle', { name }),
      text: t('keys.rotateText'),
      action: t('keys.rotate'),
    });
    if (yes) rotate.mutate(id);
  };
  const askAndRevoke = async () => {
    const yes = await confirm({
      title: t('keys.revokeTitle', { name }),
      text: t('keys.revokeText'),
      action: t('keys.revoke'),
    });
    if (yes) void revoke(apiKey);
  };
  return (
    <RowMenu name={name}>
      <Menu.Item leftSection={<IconEye size={16} aria-hidden />} onClick={() => onOpen('reveal')}>
        {t('keys.reveal')}
      </Menu.Item>
      <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onOpen('edit')}>
        {t('common.edit')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconChartBar size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/keys/$id" params={{ id }} {...props} />}
      >
        {t('keys.usage')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item color="red" leftSection={<IconRotate size={16} aria-hidden />} onClick={askAndRotate}>
        {t('keys.rotate')}
      </Menu.Item>
      <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={askAndRevoke}>
        {t('keys.revoke')}
      </Menu.Item>
    </RowMenu>
  );
}
