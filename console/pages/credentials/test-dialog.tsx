import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type Credential, credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFooter } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { displayName } from './display-name.ts';
import { credentialKeys } from './queries.ts';
import { TestResult } from './test-result.tsx';

/** Tests a saved credential when opened. A successful test makes an invalid credential ready again. */
export function TestDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useAction({
    quiet: true,
    run: (id: string) => call(credentialRoutes.test, { params: { id } }),
    invalidates: credentialKeys,
  });
  useEffect(() => mutate(credential.id), [mutate, credential.id]);
  return (
    <Dialog opened onClose={onClose} title={t('credentials.testTitle', { name: displayName(credential) })}>
      <Stack mih={96} justify="space-between">
        {isPending ? (
          <Group gap="sm" role="status">
            <Loader size="sm" aria-hidden />
            <Text size="sm">{t('credentials.testing')}</Text>
          </Group>
        ) : null}
        {data && !isPending ? <TestResult test={data} /> : null}
        {error ? <ErrorAlert error={error} /> : null}
        <DialogFooter>
          <Button variant="default" onClick={() => mutate(credential.id)} disabled={isPending}>
            {t('common.retry')}
          </Button>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </DialogFooter>
      </Stack>
    </Dialog>
  );
}
