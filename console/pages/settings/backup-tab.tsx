import { Button, FileInput, PasswordInput, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { minPassphraseLength } from '../../../contract/common.ts';
import { settingsRoutes } from '../../../contract/settings.ts';
import { call } from '../../api.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Panel } from '../../ui/page.tsx';
import { saveFile } from '../../ui/save-file.ts';
import { useAction } from '../../ui/use-action.ts';
import { isPassphraseComplete, noPassphrase, PassphraseFields } from './passphrase-fields.tsx';
import { SchedulePanel } from './schedule-panel.tsx';

export function BackupTab() {
  return (
    <Stack gap="lg">
      <SchedulePanel />
      <ExportPanel />
      <ImportPanel />
    </Stack>
  );
}

/** Exports credentials, keys, models and settings to one file, encrypted with a passphrase. */
function ExportPanel() {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [typed, setTyped] = useState(noPassphrase);
  const save = useAction({
    quiet: true,
    run: () => call(settingsRoutes.export, { body: { password, passphrase: typed.passphrase } }),
    success: t('settings.backup.exported'),
    onSuccess: ({ file }) => {
      const day = new Date().toISOString().slice(0, 10);
      saveFile(new Blob([file], { type: 'application/json' }), `atlassian-proxy-${day}.backup.json`);
      setPassword('');
      setTyped(noPassphrase);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <Panel title={t('settings.backup.export')} description={t('settings.backup.exportText')}>
      <form onSubmit={submit}>
        <Stack maw={400}>
          <PasswordInput
            label={t('common.confirmPassword')}
            description={t('common.confirmPasswordHint')}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PassphraseFields value={typed} onChange={setTyped} />
          {save.error ? <ErrorAlert error={save.error} /> : null}
          <Button
            type="submit"
            loading={save.isPending}
            disabled={password === '' || !isPassphraseComplete(typed)}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('common.download')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}

/** Imports missing items and does not change existing ones. */
function ImportPanel() {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const load = useAction({
    quiet: true,
    run: async () => call(settingsRoutes.import, { body: { file: (await file?.text()) ?? '', passphrase } }),
    invalidates: [
      ['credentials'],
      ['keys'],
      ['models'],
      ['settings'],
      ['alerts'],
      ['backup'],
      ['overview'],
      ['connection'],
    ],
    success: ({ credentials, keys, models, channels }) =>
      t('settings.backup.imported', { credentials, keys, models, channels }),
    onSuccess: () => {
      setFile(null);
      setPassphrase('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    load.mutate(undefined);
  };
  return (
    <Panel title={t('settings.backup.import')} description={t('settings.backup.importText')}>
      <form onSubmit={submit}>
        <Stack maw={400}>
          <FileInput
            label={t('settings.backup.file')}
            placeholder={t('settings.backup.fileHint')}
            accept=".json,application/json"
            clearable
            clearButtonProps={{ 'aria-label': t('settings.backup.clearFile') }}
            value={file}
            onChange={setFile}
          />
          <PasswordInput
            label={t('settings.backup.passphrase')}
            autoComplete="off"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
          {load.error ? <ErrorAlert error={load.error} /> : null}
          <Button
            type="submit"
            variant="default"
            loading={load.isPending}
            disabled={file === null || passphrase.length < minPassphraseLength}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('settings.backup.import')}
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
