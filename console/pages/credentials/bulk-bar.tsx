import { Button, CloseButton, Group, Paper, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { type Credential, credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { useConfirm } from '../../ui/confirm.tsx';
import { lazyDialog } from '../../ui/lazy-dialog.tsx';
import { listNames } from '../../ui/list-names.ts';
import { useAction } from '../../ui/use-action.ts';
import { displayName } from './display-name.ts';
import { credentialKeys, useDeleteCredentials } from './queries.ts';

const ExpiryDialog = lazyDialog(() => import('./expiry-dialog.tsx').then((module) => module.ExpiryDialog));

type Action = 'enable' | 'disable' | 'reset';

/** Bulk actions for the selected credentials, at the bottom of the window. */
export function BulkBar({ credentials, onDone }: { credentials: readonly Credential[]; onDone: () => void }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const remove = useDeleteCredentials();
  const [expiring, expiry] = useDisclosure(false);
  const count = credentials.length;
  const bulk = useAction({
    run: (action: Action) => call(credentialRoutes.bulk, { body: { ids: credentials.map(({ id }) => id), action } }),
    invalidates: credentialKeys,
    success: ({ changed }) => t('credentials.bulkDone', { count: changed }),
    onSuccess: onDone,
  });
  if (count === 0) return null;
  const askAndDelete = async () => {
    const yes = await confirm({
      title: t('credentials.bulkDeleteTitle', { count }),
      text: (
        <>
          <strong>{listNames(credentials.map(displayName), t)}</strong>
          <br />
          {t('credentials.deleteText')}
        </>
      ),
      action: t('common.delete'),
    });
    if (!yes) return;
    onDone();
    void remove(credentials);
  };
  return (
    <Paper
      withBorder
      shadow="md"
      p="xs"
      pos="sticky"
      bottom={12}
      mt="sm"
      role="group"
      aria-label={t('credentials.bulkActions')}
      style={{ zIndex: 5 }}
    >
      <Group gap="xs">
        <CloseButton aria-label={t('credentials.bulkClear')} onClick={onDone} />
        <Text size="sm" mr="auto">
          {t('credentials.bulkSelected', { count })}
        </Text>
        {(['enable', 'disable', 'reset'] as const).map((action) => (
          <Button
            key={action}
            size="xs"
            variant="default"
            disabled={bulk.isPending}
            onClick={() => bulk.mutate(action)}
          >
            {t(`credentials.bulk.${action}`)}
          </Button>
        ))}
        <Button size="xs" variant="default" onClick={expiry.open}>
          {t('credentials.tokenExpiry')}
        </Button>
        <Button size="xs" color="red" disabled={bulk.isPending} onClick={askAndDelete}>
          {t('common.delete')}
        </Button>
      </Group>
      {expiring ? (
        <ExpiryDialog
          credentials={credentials}
          onClose={expiry.close}
          onSaved={() => {
            expiry.close();
            onDone();
          }}
        />
      ) : null}
    </Paper>
  );
}
