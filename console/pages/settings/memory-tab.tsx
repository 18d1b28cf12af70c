import { NumberInput, SimpleGrid, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../contract/settings.ts';
import { SettingsForm } from './settings-form.tsx';

const sizes = [
  ['megabytes', 4096],
  ['hours', 168],
] as const;

export function MemoryTab() {
  const { t } = useTranslation();
  return (
    <SettingsForm<Settings['memory']>
      title={t('settings.memory.title')}
      description={t('settings.memory.text')}
      show={({ memory }) => memory}
      read={(memory) => ({ memory })}
    >
      {(form) => (
        <>
          <Switch
            label={t('settings.memory.enabled')}
            description={t('settings.memory.enabledHint')}
            withThumbIndicator={false}
            {...form.getInputProps('enabled', { type: 'checkbox' })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: 'end' }}>
            {sizes.map(([name, max]) => (
              <NumberInput
                key={name}
                label={t(`settings.memory.${name}`)}
                description={t(`settings.memory.${name}Hint`)}
                min={1}
                max={max}
                allowDecimal={false}
                disabled={!form.getValues().enabled}
                suffix={t(`settings.memory.${name}Suffix`)}
                {...form.getInputProps(name)}
              />
            ))}
          </SimpleGrid>
        </>
      )}
    </SettingsForm>
  );
}
