import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../ui/page.tsx';
import { LastBackup } from '../settings/last-backup.tsx';
import { backupQuery } from '../settings/queries.ts';

/** The result of the last daily backup; hidden if there is none. */
export function BackupPanel() {
  const { t } = useTranslation();
  const { data } = useQuery(backupQuery);
  if (data === undefined || (!data.enabled && data.last === null)) return null;
  return (
    <Panel
      title={t('settings.schedule.title')}
      actions={
        <Anchor size="sm" renderRoot={(props) => <Link to="/settings" search={{ tab: 'backup' }} {...props} />}>
          {t('settings.tab.backup')}
        </Anchor>
      }
    >
      <LastBackup backup={data} />
    </Panel>
  );
}
