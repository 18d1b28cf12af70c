import { PasswordInput, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeError } from './describe-error.ts';
import { Dialog } from './dialog.tsx';
import { DialogButtons } from './dialog-buttons.tsx';

interface PasswordDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly action: string;
  readonly onClose: () => void;
  /** Continues with the password. A rejection is shown at the field. */
  readonly onPassword: (password: string) => Promise<unknown>;
}

/** Asks for the admin password before a secret is shown. */
export function PasswordDialog({ opened, title, action, onClose, onPassword }: PasswordDialogProps) {
  const { t, i18n } = useTranslation();
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const forget = () => {
    setPassword('');
    setError(undefined);
  };
  const close = () => {
    forget();
    onClose();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onPassword(password);
      forget();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog opened={opened} onClose={close} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t('common.confirmPasswordHint')}
          </Text>
          <PasswordInput
            label={t('common.confirmPassword')}
            autoComplete="current-password"
            data-autofocus
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={error === undefined ? null : describeError(error, t, i18n.language)}
          />
          <DialogButtons onCancel={close} action={action} busy={busy} disabled={password === ''} />
        </Stack>
      </form>
    </Dialog>
  );
}
