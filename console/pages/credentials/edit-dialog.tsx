import { Group, NumberInput, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type Credential, credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { fromLocalText, toLocalText } from '../../ui/local-text.ts';
import { useAction } from '../../ui/use-action.ts';
import { displayName } from './display-name.ts';
import { credentialKeys } from './queries.ts';
import { TokenExpiryField } from './token-expiry-field.tsx';

interface Values {
  readonly label: string;
  readonly email: string;
  readonly token: string;
  /** A local day; empty = not known. */
  readonly expiry: string;
  readonly cloudId: string;
  readonly weight: number | string;
  readonly maxConcurrency: number | string;
}

/** Edits a credential. An empty token keeps the saved one. */
export function EditDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm<Values>({
    initialValues: {
      label: credential.label,
      email: credential.email,
      token: '',
      expiry: showExpiry(credential),
      cloudId: credential.cloudId ?? '',
      weight: credential.weight,
      maxConcurrency: credential.maxConcurrency ?? '',
    },
    validate: {
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('credentials.emailInvalid')),
      token: (value) => (value === '' || value.trim().length >= 8 ? null : t('credentials.tokenInvalid')),
    },
  });
  const save = useAction({
    quiet: true,
    run: (values: Values) =>
      call(credentialRoutes.edit, { params: { id: credential.id }, body: readValues(values, credential) }),
    invalidates: credentialKeys,
    success: t('common.saved'),
    onSuccess: onClose,
  });
  return (
    <Dialog opened onClose={onClose} title={t('credentials.editTitle', { name: displayName(credential) })}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack>
          <TextInput label={t('credentials.label')} maxLength={100} data-autofocus {...form.getInputProps('label')} />
          <TextInput label={t('credentials.email')} type="email" {...form.getInputProps('email')} />
          <PasswordInput
            label={t('credentials.token')}
            description={t('credentials.tokenKeep', { masked: credential.maskedToken })}
            autoComplete="off"
            {...form.getInputProps('token')}
          />
          <TokenExpiryField value={form.values.expiry} onChange={(expiry) => form.setFieldValue('expiry', expiry)} />
          <TextInput
            label={t('credentials.cloudId')}
            description={t('credentials.cloudIdHint')}
            maxLength={100}
            {...form.getInputProps('cloudId')}
          />
          <Group grow align="flex-start">
            <NumberInput
              label={t('credentials.weight')}
              description={t('credentials.weightHint')}
              min={0}
              max={1000}
              allowDecimal={false}
              {...form.getInputProps('weight')}
            />
            <NumberInput
              label={t('credentials.maxConcurrency')}
              description={t('credentials.maxConcurrencyHint')}
              placeholder={t('common.unlimited')}
              min={1}
              max={10_000}
              allowDecimal={false}
              {...form.getInputProps('maxConcurrency')}
            />
          </Group>
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <DialogButtons onCancel={onClose} action={t('common.save')} busy={save.isPending} />
        </Stack>
      </form>
    </Dialog>
  );
}

function showExpiry({ tokenExpiresAt }: Credential): string {
  return tokenExpiresAt === null ? '' : toLocalText(tokenExpiresAt, false);
}

function readValues(values: Values, credential: Credential) {
  const { token, expiry, cloudId, weight, maxConcurrency, ...rest } = values;
  return {
    ...rest,
    ...(token !== '' && { token }),
    // The form only shows the day, so an unchanged expiry is not sent, unless the token is new.
    ...(token === '' && expiry === showExpiry(credential) ? {} : { tokenExpiresAt: fromLocalText(expiry) }),
    cloudId: cloudId.trim() === '' ? null : cloudId,
    weight: Number(weight),
    maxConcurrency: maxConcurrency === '' ? null : Number(maxConcurrency),
  };
}
