import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** Tabs that switch between the credentials page and the keys page. */
export function SectionTabs({ value }: { value: 'credentials' | 'keys' }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Tabs
      value={value}
      onChange={(chosen) => void navigate({ to: chosen === 'keys' ? '/keys' : '/credentials' })}
      activateTabWithKeyboard={false}
    >
      <Tabs.List aria-label={t('credentials.sections')}>
        <Tabs.Tab value="credentials">{t('credentials.pool')}</Tabs.Tab>
        <Tabs.Tab value="keys">{t('keys.section')}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
}
