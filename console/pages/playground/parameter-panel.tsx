import { JsonInput, NumberInput, Select, SimpleGrid, Stack, Switch, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Parameters, readTools } from './turns.ts';

interface ParameterPanelProps {
  readonly parameters: Parameters;
  /** Undefined until loaded. */
  readonly models: readonly string[] | undefined;
  readonly onChange: (parameters: Parameters) => void;
  /** The second model to compare with; null for none. */
  readonly compared: string | null;
  readonly onCompare: (model: string | null) => void;
}

const efforts = ['minimal', 'low', 'medium', 'high'];

export function ParameterPanel({ parameters, models, onChange, compared, onCompare }: ParameterPanelProps) {
  const { t } = useTranslation();
  const set = (change: Partial<Parameters>) => onChange({ ...parameters, ...change });
  return (
    <Stack gap="sm">
      <Select
        label={t('playground.model')}
        searchable
        allowDeselect={false}
        placeholder={models ? undefined : t('common.loading')}
        data={models ?? []}
        nothingFoundMessage={t('playground.noModel')}
        value={parameters.model === '' ? null : parameters.model}
        onChange={(model) => set({ model: model ?? '' })}
        comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
      />
      <Select
        label={t('playground.compare')}
        placeholder={t('playground.compareNone')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('playground.compareNone') }}
        data={models ?? []}
        value={compared}
        onChange={onCompare}
        comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
      />
      <Textarea
        label={t('playground.system')}
        autosize
        minRows={2}
        maxRows={8}
        value={parameters.system}
        onChange={(event) => set({ system: event.currentTarget.value })}
      />
      <SimpleGrid cols={2} spacing="xs" verticalSpacing="sm">
        <NumberInput
          label={t('playground.temperature')}
          placeholder={t('playground.default')}
          min={0}
          max={2}
          step={0.1}
          value={parameters.temperature}
          onChange={(temperature) => set({ temperature })}
        />
        <NumberInput
          label={t('playground.topP')}
          placeholder={t('playground.default')}
          min={0}
          max={1}
          step={0.05}
          value={parameters.topP}
          onChange={(topP) => set({ topP })}
        />
        <NumberInput
          label={t('playground.maxTokens')}
          placeholder={t('playground.default')}
          min={1}
          allowDecimal={false}
          value={parameters.maxTokens}
          onChange={(maxTokens) => set({ maxTokens })}
        />
        <Select
          label={t('playground.effort')}
          placeholder={t('playground.default')}
          clearable
          clearButtonProps={{ 'aria-label': t('playground.default') }}
          data={efforts}
          value={parameters.reasoningEffort === '' ? null : parameters.reasoningEffort}
          onChange={(effort) => set({ reasoningEffort: effort ?? '' })}
        />
      </SimpleGrid>
      <Switch
        label={t('playground.stream')}
        checked={parameters.stream}
        withThumbIndicator={false}
        onChange={(event) => set({ stream: event.currentTarget.checked })}
      />
      <JsonInput
        label={t('playground.tools')}
        description={t('playground.toolsHint')}
        placeholder={'[{"type": "function", …}]'}
        autosize
        minRows={2}
        maxRows={10}
        value={parameters.tools}
        onChange={(tools) => set({ tools })}
        error={readTools(parameters.tools) === undefined ? t('playground.toolsInvalid') : null}
      />
    </Stack>
  );
}
