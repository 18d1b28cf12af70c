import { NumberInput, Select, SimpleGrid, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../contract/settings.ts';
import { SettingsForm } from './settings-form.tsx';

type Pool = Settings['pool'];

export function PoolTab() {
  const { t } = useTranslation();
  return (
    <SettingsForm<Pool>
      title={t('settings.pool.title')}
      description={t('settings.pool.text')}
      show={({ pool }) => ({ ...pool, queueTimeout: pool.queueTimeout / 1000 })}
      read={(pool) => ({ pool: { ...pool, queueTimeout: Math.round(Number(pool.queueTimeout) * 1000) } })}
    >
      {(form) => (
        <>
          <Select
            label={t('settings.pool.strategy')}
            description={t('settings.pool.strategyHint')}
            allowDeselect={false}
            data={(['round-robin', 'least-busy', 'weighted'] as const).map((value) => ({
              value,
              label: t(`settings.pool.strategyOf.${value}`),
            }))}
            {...form.getInputProps('strategy')}
          />
          <Switch
            label={t('settings.pool.affinity')}
            description={t('settings.pool.affinityHint')}
            withThumbIndicator={false}
            {...form.getInputProps('affinity', { type: 'checkbox' })}
          />
          <Select
            label={t('settings.pool.promptCaching')}
            description={t('settings.pool.promptCachingHint')}
            allowDeselect={false}
            data={(['automatic', 'client', 'off'] as const).map((value) => ({
              value,
              label: t(`common.promptCaching.${value}`),
            }))}
            {...form.getInputProps('promptCaching')}
          />
          <Select
            label={t('settings.pool.credits')}
            description={t('settings.pool.creditsHint')}
            allowDeselect={false}
            data={(['ignore', 'spread', 'drain-first'] as const).map((value) => ({
              value,
              label: t(`settings.pool.creditsOf.${value}`),
            }))}
            {...form.getInputProps('credits')}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }} style={{ alignItems: 'end' }}>
            <NumberInput
              label={t('settings.pool.maxAttempts')}
              min={1}
              max={20}
              allowDecimal={false}
              {...form.getInputProps('maxAttempts')}
            />
            <NumberInput
              label={t('settings.pool.queueSize')}
              min={0}
              max={100_000}
              allowDecimal={false}
              {...form.getInputProps('queueSize')}
            />
            <NumberInput
              label={t('settings.pool.queueTimeout')}
              min={0}
              max={600}
              suffix=" s"
              {...form.getInputProps('queueTimeout')}
            />
          </SimpleGrid>
        </>
      )}
    </SettingsForm>
  );
}
