import { PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { backupRoutes } from '../../../contract/backup.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { isPassphraseComplete, noPassphrase, PassphraseFields } from './passphrase-fields.tsx';
import { backupQuery } from './queries.ts';

/** Sets the passphrase of daily backups. It cannot be read back. */
export function PassphraseDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [typed, setTyped] = useState(noPassphrase);
  const save = useAction({
    quiet: true,
    run: () => call(backupRoutes.setPassphrase, { body: { password, passphrase: typed.passphrase } }),
    invalidates: [backupQuery.queryKey],
    success: t('common.saved'),
    onSuccess: onClose,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <Dialog opened onClose={onClose} title={t('settings.schedule.passphraseTitle')}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t('settings.schedule.passphraseText')}</Text>
          <PasswordInput
            label={t('common.confirmPassword')}
            autoComplete="current-password"
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PassphraseFields value={typed} onChange={setTyped} />
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <DialogButtons
            onCancel={onClose}
            action={t('common.save')}
            busy={save.isPending}
            disabled={password === '' || !isPassphraseComplete(typed)}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
