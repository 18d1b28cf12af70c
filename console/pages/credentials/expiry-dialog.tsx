import { Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Credential, credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { listNames } from '../../ui/list-names.ts';
import { fromLocalText } from '../../ui/local-text.ts';
import { useAction } from '../../ui/use-action.ts';
import { displayName } from './display-name.ts';
import { credentialKeys } from './queries.ts';
import { TokenExpiryField } from './token-expiry-field.tsx';

interface ExpiryDialogProps {
  readonly credentials: readonly Credential[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Sets one expiry date for the tokens of several credentials. */
export function ExpiryDialog({ credentials, onClose, onSaved }: ExpiryDialogProps) {
  const { t } = useTranslation();
  const [expiry, setExpiry] = useState('');
  const save = useAction({
    quiet: true,
    run: () => {
      const ids = credentials.map(({ id }) => id);
      return call(credentialRoutes.bulk, {
        body: { ids, action: 'expiry', tokenExpiresAt: fromLocalText(expiry) },
      });
    },
    invalidates: credentialKeys,
    success: ({ changed }) => t('credentials.bulkDone', { count: changed }),
    onSuccess: onSaved,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <Dialog opened onClose={onClose} title={t('credentials.tokenExpiry')}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{listNames(credentials.map(displayName), t)}</Text>
          <TokenExpiryField value={expiry} onChange={setExpiry} />
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <DialogButtons onCancel={onClose} action={t('common.save')} busy={save.isPending} />
        </Stack>
      </form>
    </Dialog>
  );
}
