import { NumberInput, SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../contract/settings.ts';
import { SettingsForm } from './settings-form.tsx';

const names = ['requestsDays', 'hoursDays', 'daysDays', 'contentDays', 'auditDays'] as const;

export function RetentionTab() {
  const { t } = useTranslation();
  return (
    <SettingsForm<Settings['retention']>
      title={t('settings.retention.title')}
      description={t('settings.retention.text')}
      show={({ retention }) => retention}
      read={(retention) => ({ retention })}
    >
      {(form) => (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {names.map((name) => (
            <NumberInput
              key={name}
              label={t(`settings.retention.${name}`)}
              min={1}
              max={3650}
              allowDecimal={false}
              suffix={t('settings.retention.suffix')}
              {...form.getInputProps(name)}
            />
          ))}
        </SimpleGrid>
      )}
    </SettingsForm>
  );
}
