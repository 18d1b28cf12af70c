import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CredentialTest, credentialRoutes, type NewCredential } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons, DialogFooter } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { fromLocalText } from '../../ui/local-text.ts';
import { useAction } from '../../ui/use-action.ts';
import { Warning } from '../../ui/warning.tsx';
import { credentialKeys } from './queries.ts';
import { SiteSelect } from './site-select.tsx';
import { TestResult } from './test-result.tsx';
import { TokenExpiryField } from './token-expiry-field.tsx';
import { TokenHelp } from './token-help.tsx';

/** Adds a credential in two steps: enter and test the email and token, then save. */
export function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [tested, setTested] = useState<{ account: Account; test: CredentialTest }>();
  return (
    <Dialog opened onClose={onClose} title={t('credentials.add')}>
      {tested === undefined ? (
        <AccountStep onTested={(account, test) => setTested({ account, test })} onCancel={onClose} />
      ) : (
        <SaveStep {...tested} onBack={() => setTested(undefined)} onSaved={onClose} />
      )}
    </Dialog>
  );
}

interface Account {
  readonly email: string;
  readonly token: string;
}

function AccountStep(props: { onTested: (account: Account, test: CredentialTest) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const form = useForm<Account>({
    initialValues: { email: '', token: '' },
    validate: {
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('credentials.emailInvalid')),
      token: (value) => (value.trim().length >= 8 ? null : t('credentials.tokenInvalid')),
    },
  });
  const test = useAction({
    quiet: true,
    run: (account: Account) => call(credentialRoutes.tryOut, { body: account }),
    onSuccess: (result, account) => props.onTested(account, result),
  });
  return (
    <form onSubmit={form.onSubmit((account) => test.mutate(account))} noValidate>
      <Stack>
        <TokenHelp />
        <TextInput
          label={t('credentials.email')}
          name="email"
          type="email"
          autoComplete="off"
          placeholder="name@example.com"
          data-autofocus
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('credentials.token')}
          name="token"
          autoComplete="off"
          placeholder="ATATT3x…"
          {...form.getInputProps('token')}
        />
        {test.error ? <ErrorAlert error={test.error} /> : null}
        <DialogButtons onCancel={props.onCancel} action={t('credentials.testAndContinue')} busy={test.isPending} />
      </Stack>
    </form>
  );
}

interface SaveStepProps {
  readonly account: Account;
  readonly test: CredentialTest;
  readonly onBack: () => void;
  readonly onSaved: () => void;
}

function SaveStep({ account, test, onBack, onSaved }: SaveStepProps) {
  const { t } = useTranslation();
  const [label, setLabel] = useState('');
  const [cloudId, setCloudId] = useState<string | null>(null);
  const [expiry, setExpiry] = useState('');
  const save = useAction({
    quiet: true,
    run: (body: NewCredential) => call(credentialRoutes.add, { body }),
    invalidates: credentialKeys,
    success: t('credentials.added'),
    onSuccess: onSaved,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ ...account, label, cloudId, tokenExpiresAt: fromLocalText(expiry) });
      }}
    >
      <Stack>
        <TestResult test={test} />
        <SiteSelect sites={test.sites} value={cloudId} onChange={setCloudId} />
        <TextInput
          label={t('credentials.label')}
          description={t('credentials.labelHint')}
          name="label"
          maxLength={100}
          placeholder={account.email}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          data-autofocus
        />
        <TokenExpiryField value={expiry} onChange={setExpiry} />
        {test.ok ? null : <Warning>{t('credentials.saveAnywayHint')}</Warning>}
        {save.error ? <ErrorAlert error={save.error} /> : null}
        <DialogFooter>
          <Button variant="default" onClick={onBack}>
            {t('common.back')}
          </Button>
          <Button type="submit" loading={save.isPending} variant={test.ok ? 'filled' : 'default'}>
            {test.ok ? t('common.save') : t('credentials.saveAnyway')}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  );
}
