import { Button, FileInput, Group, Stack, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportLine, importRoutes } from '../../../contract/import.ts';
import { call } from '../../api.ts';
import { type Column, DataTable } from '../../ui/data-table/data-table.tsx';
import { translateMessage } from '../../ui/describe-error.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Panel } from '../../ui/page.tsx';
import { StateDot, type Tone } from '../../ui/state-dot.tsx';
import { useAction } from '../../ui/use-action.ts';
import { encodeBase64 } from './encode-base64.ts';

const tones: Readonly<Record<ImportLine['status'], Tone>> = {
  new: 'good',
  added: 'good',
  present: 'idle',
  repeated: 'idle',
  skipped: 'warn',
  invalid: 'bad',
  unreadable: 'bad',
};

/** Imports data of other programs, with a preview and a confirmation. */
export function ImportTab() {
  const { t } = useTranslation();
  const [files, setFiles] = useState<File[]>([]);
  const [lines, setLines] = useState<readonly ImportLine[]>();
  const encode = async () => ({
    files: await Promise.all(
      files.map(async (file) => ({ name: file.name, content: encodeBase64(await file.arrayBuffer()) })),
    ),
  });
  const plan = useAction({
    quiet: true,
    run: async () => call(importRoutes.plan, { body: await encode() }),
    onSuccess: (report) => setLines(report.lines),
  });
  const apply = useAction({
    quiet: true,
    run: async () => call(importRoutes.apply, { body: await encode() }),
    invalidates: [['credentials'], ['keys'], ['overview'], ['status'], ['connection']],
    onSuccess: (report) => setLines(report.lines),
  });
  const choose = (chosen: File[]) => {
    setFiles(chosen);
    setLines(undefined);
    plan.reset();
    apply.reset();
  };
  const count = (wanted: ImportLine['status']) => lines?.filter(({ status }) => status === wanted).length ?? 0;
  const [fresh, added] = [count('new'), count('added')];
  const error = plan.error ?? apply.error;
  return (
    <Panel title={t('settings.moving.title')} description={t('settings.moving.text')}>
      <Stack>
        <Text size="sm">{t('settings.moving.kinds')}</Text>
        <FileInput
          label={t('settings.moving.files')}
          placeholder={t('settings.moving.choose')}
          multiple
          clearable
          clearButtonProps={{ 'aria-label': t('settings.backup.clearFile') }}
          maw={640}
          value={files}
          onChange={choose}
        />
        {error ? <ErrorAlert error={error} /> : null}
        {lines === undefined ? null : (
          <>
            <Text size="sm" role="status">
              {added > 0
                ? t('settings.moving.done', { added, total: lines.length })
                : t('settings.moving.planned', { added: fresh, total: lines.length })}
            </Text>
            <ImportReport lines={lines} />
          </>
        )}
        <Group>
          {fresh > 0 ? (
            <Button loading={apply.isPending} onClick={() => apply.mutate(undefined)}>
              {t('settings.moving.apply', { count: fresh })}
            </Button>
          ) : (
            <Button disabled={files.length === 0} loading={plan.isPending} onClick={() => plan.mutate(undefined)}>
              {t('settings.moving.look')}
            </Button>
          )}
        </Group>
      </Stack>
    </Panel>
  );
}

function ImportReport({ lines }: { lines: readonly ImportLine[] }) {
  const { t } = useTranslation();
  const columns: Column<ImportLine & { id: string }>[] = [
    {
      key: 'place',
      fluid: 34,
      title: t('settings.moving.place'),
      onCard: 'title',
      render: ({ file, place }) => (
        <span style={{ overflowWrap: 'anywhere' }}>{place === '' ? file : `${file}, ${place}`}</span>
      ),
    },
    { key: 'what', title: t('settings.moving.what'), render: ({ what }) => t(`settings.moving.whats.${what}`) },
    {
      key: 'name',
      fluid: 26,
      title: t('settings.moving.name'),
      render: ({ name }) => <span style={{ overflowWrap: 'anywhere' }}>{name === '' ? '–' : name}</span>,
    },
    {
      key: 'status',
      fluid: 40,
      title: t('settings.moving.status'),
      render: ({ status, message }) => (
        <>
          <StateDot tone={tones[status]}>{t(`settings.moving.statuses.${status}`)}</StateDot>
          {message === '' ? null : (
            <Text size="xs" c="dimmed">
              {translateMessage(message, t) ?? message}
            </Text>
          )}
        </>
      ),
    },
  ];
  return (
    <DataTable
      label={t('settings.moving.title')}
      columns={columns}
      rows={lines.map((line, index) => ({ ...line, id: String(index) }))}
      id={(row) => row.id}
      empty={<Empty icon={IconFileImport} title={t('settings.moving.title')} text={t('settings.moving.text')} />}
    />
  );
}
