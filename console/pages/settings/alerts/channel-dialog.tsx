import { PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AlertChannel, alertRoutes, type ChannelKind, secretFields } from '../../../../contract/alerts.ts';
import { AdminApiError, call } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { DialogButtons } from '../../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../../ui/error-alert.tsx';
import { useAction } from '../../../ui/use-action.ts';
import { type ChannelField, emailDefaults, fieldNames, isOptional, placeholders } from './channel-fields.ts';
import { alertsQuery } from './queries.ts';

interface ChannelDialogProps {
  readonly edited: { readonly channel: AlertChannel } | { readonly kind: ChannelKind };
  /** The first channel of all: messages are then in the console's language and time zone. */
  readonly isFirst: boolean;
  readonly onClose: () => void;
}

/** Adds or edits a channel. Saved secrets are not shown, and are kept if their field is left empty. */
export function ChannelDialog({ edited, isFirst, onClose }: ChannelDialogProps) {
  const { t, i18n } = useTranslation();
  const before = 'channel' in edited ? edited.channel : undefined;
  const kind = 'channel' in edited ? edited.channel.kind : edited.kind;
  const [name, setName] = useState(before?.name ?? t(`alerts.kind.${kind}`));
  const [values, setValues] = useState<Record<string, string>>(() => startValues(kind, before));
  const save = useAction({
    quiet: true,
    run: async () => {
      if (before !== undefined) {
        return call(alertRoutes.change, { params: { id: before.id }, body: { name, values } });
      }
      const added = await call(alertRoutes.add, { body: { kind, name, values } });
      if (isFirst) await call(alertRoutes.edit, { body: localeOf(i18n.language) });
      return added;
    },
    invalidates: [alertsQuery.queryKey],
    success: t('common.saved'),
    onSuccess: onClose,
  });
  const wrong = save.error instanceof AdminApiError ? save.error.field : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <Dialog opened onClose={onClose} title={t(`alerts.kind.${kind}`)}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t(`alerts.how.${kind}`)}
          </Text>
          <TextInput
            label={t('alerts.name')}
            required
            withAsterisk={false}
            data-autofocus
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {fieldNames[kind].map((field) => (
            <FieldInput
              key={field}
              kind={kind}
              field={field}
              value={values[field] ?? ''}
              saved={before?.values[field]}
              error={wrong === `values.${field}`}
              onChange={(value) => setValues((shown) => ({ ...shown, [field]: value }))}
            />
          ))}
          {save.error && wrong === undefined ? <ErrorAlert error={save.error} /> : null}
          <DialogButtons onCancel={onClose} action={t('common.save')} busy={save.isPending} />
        </Stack>
      </form>
    </Dialog>
  );
}

function localeOf(language: string) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { language: language === 'zh-CN' ? 'zh-CN' : 'en', timeZone } as const;
}

function startValues(kind: ChannelKind, before: AlertChannel | undefined): Record<string, string> {
  if (before === undefined) return kind === 'email' ? { ...emailDefaults } : {};
  return Object.fromEntries(Object.entries(before.values).filter(([field]) => !secretFields.has(field)));
}

interface FieldInputProps {
  readonly kind: ChannelKind;
  readonly field: ChannelField;
  readonly value: string;
  /** The saved value as returned by the gateway; of a secret, only its end. */
  readonly saved: string | undefined;
  readonly error: boolean;
  readonly onChange: (value: string) => void;
}

function FieldInput({ kind, field, value, saved, error, onChange }: FieldInputProps) {
  const { t } = useTranslation();
  const isKept = secretFields.has(field) && saved !== undefined;
  const optional = isOptional(kind, field);
  const word = t(`alerts.field.${field}`);
  const label = optional ? t('common.optionalField', { field: word }) : word;
  const shared = {
    label,
    required: !optional && !isKept,
    withAsterisk: false,
    value,
    error: error ? t('alerts.wrongValue') : undefined,
    ...(isKept ? { description: t('alerts.kept', { value: saved }) } : {}),
  };
  if (field === 'security') {
    const data = (['tls', 'starttls', 'none'] as const).map((one) => ({
      value: one,
      label: t(`alerts.security.${one}`),
    }));
    return <Select {...shared} data={data} allowDeselect={false} onChange={(chosen) => onChange(chosen ?? 'tls')} />;
  }
  if (field === 'password' || field === 'secret' || field === 'token') {
    return (
      <PasswordInput {...shared} autoComplete="off" onChange={(event) => onChange(event.currentTarget.value.trim())} />
    );
  }
  const placeholder = field === 'url' || field === 'server' ? placeholders[kind] : undefined;
  return (
    <TextInput
      {...shared}
      {...(placeholder !== undefined && { placeholder })}
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
