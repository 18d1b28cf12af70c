import { PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { backupRoutes } from '../../../contract/backup.ts';
import { minPassphraseLength } from '../../../contract/common.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { backupQuery } from './queries.ts';

/** Sets the passphrase of daily backups. It cannot be read back. */
export function PassphraseDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const differs = again !== '' && again !== passphrase;
  const save = useAction({
    quiet: true,
    run: () => call(backupRoutes.setPassphrase, { body: { password, passphrase } }),
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
          <PasswordInput
            label={t('settings.backup.passphrase')}
            description={t('settings.backup.passphraseHint')}
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('settings.schedule.again')}
            autoComplete="new-password"
            error={differs ? t('settings.schedule.differs') : undefined}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <DialogButtons
            onCancel={onClose}
            action={t('common.save')}
            busy={save.isPending}
            disabled={password === '' || passphrase.length < minPassphraseLength || again !== passphrase}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
