import { Fieldset, MultiSelect, NumberInput, SimpleGrid, Stack, TagsInput, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { type Model, maxPrice, modelRoutes } from '../../../contract/models.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { EndpointsField } from './endpoints-field.tsx';
import { type Field, type ModelValues, readModel, showModel } from './model-values.ts';
import { modelKeys } from './queries.ts';

interface ModelDialogProps {
  /** If absent, the dialog adds a model. */
  readonly model?: Model;
  /** All models, as choices for fallbacks. */
  readonly models: readonly Model[];
  readonly onClose: () => void;
}

/** Edits a model's aliases, fallbacks, limits and prices; for a new model also its id. */
export function ModelDialog({ model, models, onClose }: ModelDialogProps) {
  const { t } = useTranslation();
  const form = useModelForm(model);
  const save = useAction({
    quiet: true,
    run: (values: ModelValues) =>
      model
        ? call(modelRoutes.edit, { params: { id: model.id }, body: readModel(values) })
        : call(modelRoutes.add, { body: { id: values.id, enabled: true, ...readModel(values) } }),
    invalidates: modelKeys,
    success: model ? t('common.saved') : t('models.added'),
    onSuccess: onClose,
  });
  return (
    <Dialog
      opened
      onClose={onClose}
      size="xl"
      title={model ? t('models.editTitle', { name: model.id }) : t('models.add')}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack>
          {model ? null : (
            <TextInput
              label={t('models.id')}
              description={t('models.idHint')}
              placeholder="anthropic:claude-sonnet-4@20250514"
              data-autofocus
              {...form.getInputProps('id')}
            />
          )}
          <TagsInput
            label={t('models.aliases')}
            description={t('models.aliasesHint')}
            splitChars={[',', ' ']}
            maxTags={50}
            {...form.getInputProps('aliases')}
          />
          <MultiSelect
            label={t('models.fallbacks')}
            description={t('models.fallbacksHint')}
            searchable
            maxValues={10}
            data={models.map(({ id }) => id).filter((id) => id !== model?.id)}
            {...form.getInputProps('fallbacks')}
          />
          <EndpointsField
            id={form.values.id.trim()}
            model={model}
            value={form.values.endpoints}
            onChange={(endpoints) => form.setFieldValue('endpoints', endpoints)}
          />
          <FigureFields form={form} />
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <DialogButtons onCancel={onClose} action={model ? t('common.save') : t('common.add')} busy={save.isPending} />
        </Stack>
      </form>
    </Dialog>
  );
}

function useModelForm(model: Model | undefined): UseFormReturnType<ModelValues> {
  const { t } = useTranslation();
  const format = useFormat();
  const checkPrice = (value: Field) =>
    Number(value) > maxPrice ? t('models.priceTooHigh', { maximum: format.dollars(maxPrice) }) : null;
  return useForm<ModelValues>({
    initialValues: showModel(model),
    validate: {
      id: (value) => (/^[\x21-\x7e]+$/.test(value.trim()) ? null : t('models.idInvalid')),
      prices: { input: checkPrice, output: checkPrice, cacheRead: checkPrice, cacheWrite: checkPrice },
    },
  });
}

/** The model's limits and prices. */
function FigureFields({ form }: { form: UseFormReturnType<ModelValues> }) {
  const { t } = useTranslation();
  return (
    <Fieldset legend={t('models.figures')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="xs">
        {(['contextWindow', 'maxOutputTokens'] as const).map((name) => (
          <NumberInput
            key={name}
            label={t(`models.${name}`)}
            min={0}
            allowDecimal={false}
            thousandSeparator=","
            hideControls
            {...form.getInputProps(name)}
          />
        ))}
        {(['input', 'output', 'cacheRead', 'cacheWrite'] as const).map((name) => (
          <NumberInput
            key={name}
            label={t(`models.priceOf.${name}`)}
            min={0}
            prefix="$"
            hideControls
            {...form.getInputProps(`prices.${name}`)}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}
