import { PasswordInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Credential, credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { fromLocalText } from '../../ui/local-text.ts';
import { useAction } from '../../ui/use-action.ts';
import { displayName } from './display-name.ts';
import { credentialKeys } from './queries.ts';
import { TestResult } from './test-result.tsx';
import { TokenExpiryField } from './token-expiry-field.tsx';
import { TokenHelp } from './token-help.tsx';

/** Replaces an invalid token, saves it and tests it. */
export function ReplaceTokenDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { t } = useTranslation();
  const [token, setToken] = useState('');
  const [expiry, setExpiry] = useState('');
  const replace = useAction({
    quiet: true,
    run: async () => {
      const params = { id: credential.id };
      await call(credentialRoutes.edit, { params, body: { token, tokenExpiresAt: fromLocalText(expiry) } });
      return call(credentialRoutes.test, { params });
    },
    invalidates: credentialKeys,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replace.mutate(undefined);
  };
  return (
    <Dialog opened onClose={onClose} title={t('credentials.replaceTitle', { name: displayName(credential) })}>
      <form onSubmit={submit}>
        <Stack>
          <TokenHelp />
          <PasswordInput
            label={t('credentials.token')}
            name="token"
            autoComplete="off"
            placeholder="ATATT3x…"
            data-autofocus
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          <TokenExpiryField value={expiry} onChange={setExpiry} />
          {replace.error ? <ErrorAlert error={replace.error} /> : null}
          {replace.data ? <TestResult test={replace.data} /> : null}
          <DialogButtons
            onCancel={onClose}
            cancel={t(replace.data ? 'common.close' : 'common.cancel')}
            action={t('credentials.replaceToken')}
            busy={replace.isPending}
            disabled={token.trim().length < 8}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
