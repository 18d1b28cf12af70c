import { Menu } from '@mantine/core';
import { IconPencil, IconTestPipe, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Model } from '../../../contract/models.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { useDeleteModel } from './queries.ts';

export function ModelMenu({ model, onOpen }: { model: Model; onOpen: (as: 'edit' | 'probe') => void }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const remove = useDeleteModel();
  const askAndDelete = async () => {
    const yes = await confirm({
      title: t('models.deleteTitle', { name: model.id }),
      text: t('models.deleteText'),
      action: t('common.delete'),
    });
    if (yes) void remove(model);
  };
  return (
    <RowMenu name={model.id}>
      <Menu.Item leftSection={<IconTestPipe size={16} aria-hidden />} onClick={() => onOpen('probe')}>
        {t('models.probe')}
      </Menu.Item>
      <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onOpen('edit')}>
        {t('common.edit')}
      </Menu.Item>
      {model.source === 'custom' ? (
        <>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={askAndDelete}>
            {t('common.delete')}
          </Menu.Item>
        </>
      ) : null}
    </RowMenu>
  );
}
