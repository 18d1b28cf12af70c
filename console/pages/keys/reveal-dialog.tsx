import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Key, keyRoutes } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { PasswordDialog } from '../../ui/password-dialog.tsx';
import { SecretBox } from '../../ui/secret-box.tsx';

/** Shows a saved key after the password is entered. */
export function RevealDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState<string>();
  const title = t('keys.revealTitle', { name: apiKey.name });
  if (value === undefined) {
    return (
      <PasswordDialog
        opened
        title={title}
        action={t('keys.reveal')}
        onClose={onClose}
        onPassword={async (password) => {
          const revealed = await call(keyRoutes.reveal, { params: { id: apiKey.id }, body: { password } });
          setValue(revealed.key);
        }}
      />
    );
  }
  return (
    <Dialog opened onClose={onClose} title={title}>
      <Stack>
        <SecretBox value={value} label={title} />
      </Stack>
    </Dialog>
  );
}
