import { Fieldset, NumberInput, Select, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Key, keyRoutes, maxLimit } from '../../../contract/keys.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { ExpiryField } from '../../ui/expiry-field.tsx';
import { useAction } from '../../ui/use-action.ts';
import { connectionQuery } from '../connect/queries.ts';
import { type KeyValues, numberLimits, readKey, showKey } from './key-values.ts';
import { keyKeys } from './queries.ts';

interface KeyDialogProps {
  /** If absent, the dialog creates a key. */
  readonly apiKey?: Key;
  readonly onClose: () => void;
  readonly onGenerated?: (key: { name: string; key: string }) => void;
}

/** Edits the name, expiry and limits of a new or existing key. */
export function KeyDialog({ apiKey, onClose, onGenerated }: KeyDialogProps) {
  const { t } = useTranslation();
  const form = useForm<KeyValues>({
    initialValues: showKey(apiKey),
    validate: { name: (value) => (value.trim() === '' ? t('keys.nameMissing') : null) },
  });
  const save = useSaveKey(apiKey, onClose, onGenerated);
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={apiKey ? t('keys.editTitle', { name: apiKey.name }) : t('keys.generateTitle')}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t('keys.name')} maxLength={100} data-autofocus {...form.getInputProps('name')} />
            <ExpiryField
              label={t('keys.expiresAt')}
              withTime
              spans={['week', 'month', 'quarter', 'year']}
              none={t('keys.neverExpires')}
              value={form.values.expiresAt}
              onExpiry={(value) => form.setFieldValue('expiresAt', value)}
              error={form.errors.expiresAt}
            />
          </SimpleGrid>
          <LimitFields form={form} />
          <PromptCachingField form={form} />
          <LoggingField form={form} running={apiKey?.contentLoggingUntil !== null && apiKey !== undefined} />
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <DialogButtons
            onCancel={onClose}
            action={apiKey ? t('common.save') : t('keys.generateAction')}
            busy={save.isPending}
          />
        </Stack>
      </form>
    </Dialog>
  );
}

function useSaveKey(apiKey: Key | undefined, onClose: () => void, onGenerated: KeyDialogProps['onGenerated']) {
  const { t } = useTranslation();
  return useAction({
    quiet: true,
    run: async (values: KeyValues) => {
      const body = readKey(values, Date.now());
      if (apiKey) await call(keyRoutes.edit, { params: { id: apiKey.id }, body });
      else onGenerated?.(await call(keyRoutes.generate, { body }));
    },
    invalidates: keyKeys,
    ...(apiKey ? { success: t('common.saved') } : {}),
    onSuccess: onClose,
  });
}

function LimitFields({ form }: { form: UseFormReturnType<KeyValues> }) {
  const { t } = useTranslation();
  const { data } = useQuery(connectionQuery);
  return (
    <Fieldset legend={t('keys.limits')}>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 3 }} verticalSpacing="xs">
          {numberLimits.map((name) => (
            <NumberInput
              key={name}
              label={t(`keys.limit.${name}`)}
              placeholder={t('common.unlimited')}
              min={name.startsWith('dollars') ? 0.01 : 1}
              max={maxLimit}
              allowDecimal={name.startsWith('dollars')}
              prefix={name.startsWith('dollars') ? '$' : ''}
              thousandSeparator=","
              hideControls
              {...form.getInputProps(`limits.${name}`)}
            />
          ))}
        </SimpleGrid>
        <TagsInput
          label={t('keys.limit.models')}
          description={t('keys.limit.modelsHint')}
          data={data?.models ?? []}
          maxDropdownHeight={200}
          {...form.getInputProps('models')}
        />
        <TagsInput
          label={t('keys.limit.addresses')}
          description={t('keys.limit.addressesHint')}
          {...form.getInputProps('addresses')}
        />
      </Stack>
    </Fieldset>
  );
}

function PromptCachingField({ form }: { form: UseFormReturnType<KeyValues> }) {
  const { t } = useTranslation();
  const choices = ['automatic', 'client', 'off'] as const;
  return (
    <Select
      label={t('keys.promptCaching')}
      description={t('keys.promptCachingHint')}
      allowDeselect={false}
      data={[
        { value: 'default', label: t('keys.promptCachingDefault') },
        ...choices.map((value) => ({ value, label: t(`common.promptCaching.${value}`) })),
      ]}
      {...form.getInputProps('promptCaching')}
    />
  );
}

function LoggingField({ form, running }: { form: UseFormReturnType<KeyValues>; running: boolean }) {
  const { t } = useTranslation();
  const choices = [...(running ? (['keep'] as const) : []), 'off', 'hour', 'day', 'week'] as const;
  return (
    <Select
      label={t('keys.logging')}
      description={t('keys.loggingHint')}
      allowDeselect={false}
      data={choices.map((value) => ({ value, label: t(`keys.loggingChoice.${value}`) }))}
      {...form.getInputProps('logging')}
    />
  );
}
