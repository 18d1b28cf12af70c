import { Button, Group, NumberInput, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { backupRoutes } from '../../../contract/backup.ts';
import type { Settings } from '../../../contract/settings.ts';
import { call } from '../../api.ts';
import { Panel } from '../../ui/page.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { Warning } from '../../ui/warning.tsx';
import { LastBackup } from './last-backup.tsx';
import { PassphraseDialog } from './passphrase-dialog.tsx';
import { backupQuery } from './queries.ts';
import { SettingsForm } from './settings-form.tsx';

/** The schedule of daily backups, and their results. */
export function SchedulePanel() {
  const { t } = useTranslation();
  return (
    <>
      <SettingsForm<Settings['backup']>
        title={t('settings.schedule.title')}
        description={t('settings.schedule.text')}
        show={({ backup }) => backup}
        read={(backup) => ({ backup })}
        invalidates={[backupQuery.queryKey]}
      >
        {(form) => (
          <>
            <Switch
              label={t('settings.schedule.enabled')}
              withThumbIndicator={false}
              {...form.getInputProps('enabled', { type: 'checkbox' })}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: 'end' }}>
              <NumberInput
                label={t('settings.schedule.hour')}
                description={t('settings.schedule.hourHint')}
                min={0}
                max={23}
                allowDecimal={false}
                suffix=":00"
                {...form.getInputProps('hour')}
              />
              <NumberInput
                label={t('settings.schedule.keep')}
                description={t('settings.schedule.keepHint')}
                min={1}
                max={365}
                allowDecimal={false}
                {...form.getInputProps('keep')}
              />
            </SimpleGrid>
            <TextInput
              label={t('settings.schedule.folder')}
              description={t('settings.schedule.folderHint')}
              maxLength={500}
              {...form.getInputProps('folder')}
            />
          </>
        )}
      </SettingsForm>
      <BackupFiles />
    </>
  );
}

type Backup = z.infer<NonNullable<typeof backupRoutes.get.response>>;

/** The results of the backups so far. */
function BackupFiles() {
  const { t } = useTranslation();
  const { data } = useQuery(backupQuery);
  const [asksPassphrase, setAsksPassphrase] = useState(false);
  const run = useAction({
    run: () => call(backupRoutes.run, {}),
    invalidates: [backupQuery.queryKey],
  });
  if (data === undefined) return null;
  return (
    <Panel title={t('settings.schedule.files')} description={data.folder}>
      <Stack align="flex-start">
        {data.hasPassphrase ? null : (
          <Warning title={t('settings.schedule.noPassphrase')}>{t('settings.schedule.noPassphraseText')}</Warning>
        )}
        <LastBackup backup={data} />
        <FileList files={data.files} />
        <Group>
          <Button
            variant="default"
            disabled={!data.hasPassphrase || data.isRunning}
            loading={run.isPending || data.isRunning}
            onClick={() => run.mutate(undefined)}
          >
            {t('settings.schedule.run')}
          </Button>
          <Button variant="default" onClick={() => setAsksPassphrase(true)}>
            {t(data.hasPassphrase ? 'settings.schedule.changePassphrase' : 'settings.schedule.setPassphrase')}
          </Button>
        </Group>
      </Stack>
      {asksPassphrase ? <PassphraseDialog onClose={() => setAsksPassphrase(false)} /> : null}
    </Panel>
  );
}

function FileList({ files }: { files: Backup['files'] }) {
  const format = useFormat();
  return (
    <Stack gap={2}>
      {files.map(({ name, bytes }) => (
        <Text key={name} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}{' '}
          <Text span c="dimmed">
            {format.bytes(bytes)}
          </Text>
        </Text>
      ))}
    </Stack>
  );
}
