import { Select, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { settingsTabs } from './search.ts';

type Tab = (typeof settingsTabs)[number];

/** Where all tabs fit in one line. */
export const fitsTabs = '(min-width: 80em)';

interface SettingsTabsProps {
  readonly tab: Tab;
  /** Whether the window is as wide as `fitsTabs` asks for; otherwise the tabs are a list to choose from. */
  readonly isWide: boolean;
  readonly onChange: (tab: Tab) => void;
}

export function SettingsTabs({ tab, isWide, onChange }: SettingsTabsProps) {
  const { t } = useTranslation();
  if (isWide) {
    return (
      <Tabs.List aria-label={t('settings.title')} mb="lg">
        {settingsTabs.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`settings.tab.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    );
  }
  return (
    <Select
      aria-label={t('settings.title')}
      mb="lg"
      maw={400}
      allowDeselect={false}
      maxDropdownHeight={480}
      data={settingsTabs.map((name) => ({ value: name, label: t(`settings.tab.${name}`) }))}
      value={tab}
      onChange={(value) => {
        const chosen = settingsTabs.find((name) => name === value);
        if (chosen) onChange(chosen);
      }}
    />
  );
}
