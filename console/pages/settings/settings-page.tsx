import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { type ComponentType, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { UnsavedGuard } from '../../ui/unsaved.tsx';
import { AccountTab } from './account-tab.tsx';
import { AlertsTab } from './alerts/alerts-tab.tsx';
import { AppearanceTab } from './appearance-tab.tsx';
import { AuditTab } from './audit-tab.tsx';
import { BackupTab } from './backup-tab.tsx';
import { ImportTab } from './import-tab.tsx';
import { MemoryTab } from './memory-tab.tsx';
import { PoolTab } from './pool-tab.tsx';
import { ReplicasTab } from './replicas-tab.tsx';
import { RetentionTab } from './retention-tab.tsx';
import { settingsTabs } from './search.ts';
import { fitsTabs, SettingsTabs } from './settings-tabs.tsx';
import { TimeoutsTab } from './timeouts-tab.tsx';

const route = getRouteApi('/shell/settings');

const panels: Readonly<Record<(typeof settingsTabs)[number], ComponentType>> = {
  account: AccountTab,
  pool: PoolTab,
  timeouts: TimeoutsTab,
  retention: RetentionTab,
  memory: MemoryTab,
  appearance: AppearanceTab,
  alerts: AlertsTab,
  backup: BackupTab,
  import: ImportTab,
  replicas: ReplicasTab,
  audit: AuditTab,
};

/** A panel that no tab labels. */
const withoutTab = { role: 'region', 'aria-labelledby': undefined };

export function SettingsPage() {
  const { t } = useTranslation();
  const { tab = 'account' } = route.useSearch();
  const navigate = route.useNavigate();
  // Tabs stay mounted once opened, so that unsaved input is kept.
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set([tab]));
  if (!opened.has(tab)) setOpened(new Set([...opened, tab]));
  const isWide = useMediaQuery(fitsTabs, true, { getInitialValueInEffect: false });
  const choose = (chosen: (typeof settingsTabs)[number]) => void navigate({ search: { tab: chosen } });
  return (
    <UnsavedGuard>
      <Page title={t('settings.title')}>
        <Tabs
          value={tab}
          onChange={(value) => {
            const chosen = settingsTabs.find((name) => name === value);
            if (chosen) choose(chosen);
          }}
        >
          <SettingsTabs tab={tab} isWide={isWide} onChange={choose} />
          {settingsTabs.map((name) => {
            const Panel = panels[name];
            return (
              <Tabs.Panel
                key={name}
                value={name}
                {...(isWide ? {} : { ...withoutTab, 'aria-label': t(`settings.tab.${name}`) })}
              >
                {opened.has(name) ? <Panel /> : null}
              </Tabs.Panel>
            );
          })}
        </Tabs>
      </Page>
    </UnsavedGuard>
  );
}
