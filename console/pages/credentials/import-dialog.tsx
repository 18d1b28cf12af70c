import { Anchor, Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { type Column, DataTable } from '../../ui/data-table/data-table.tsx';
import { translateMessage } from '../../ui/describe-error.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFooter } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { readTextFile } from '../../ui/read-text-file.ts';
import { StateDot } from '../../ui/state-dot.tsx';
import { useAction } from '../../ui/use-action.ts';
import { credentialKeys } from './queries.ts';

type Report = z.infer<typeof credentialRoutes.import.response & {}>['lines'];
type Line = Report[number];

/** Imports many credentials, with a report per line. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const importing = useAction({
    quiet: true,
    run: () => call(credentialRoutes.import, { body: { text } }),
    invalidates: credentialKeys,
  });
  return (
    <Dialog opened onClose={onClose} title={t('credentials.importTitle')} size="lg">
      {importing.data ? (
        <ImportReport lines={importing.data.lines} onClose={onClose} />
      ) : (
        <Stack>
          <Textarea
            label={t('credentials.importLines')}
            description={t('credentials.importHint')}
            placeholder={'name@example.com:ATATT3x…\nother@example.com,ATATT3x…,Label'}
            rows={10}
            resize="vertical"
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Anchor
            size="sm"
            onClick={onClose}
            renderRoot={(props) => <Link to="/settings" search={{ tab: 'import' }} {...props} />}
          >
            {t('credentials.importOther')}
          </Anchor>
          {importing.error ? <ErrorAlert error={importing.error} /> : null}
          <DialogFooter justify="space-between">
            <FileButton
              accept=".csv,.tsv,.txt,.json,.jsonl,text/plain,text/csv,application/json"
              onChange={async (file) => setText(file === null ? '' : await readTextFile(file))}
            >
              {(props) => (
                <Button variant="default" {...props}>
                  {t('credentials.importFile')}
                </Button>
              )}
            </FileButton>
            <Group gap="sm">
              <Button variant="default" onClick={onClose}>
                {t('common.cancel')}
              </Button>
              <Button
                disabled={text.trim() === ''}
                loading={importing.isPending}
                onClick={() => importing.mutate(undefined)}
              >
                {t('credentials.import')}
              </Button>
            </Group>
          </DialogFooter>
        </Stack>
      )}
    </Dialog>
  );
}

const tones = { added: 'good', duplicate: 'idle', invalid: 'bad' } as const;

/** What became of each line, problems first. */
function ImportReport({ lines, onClose }: { lines: Report; onClose: () => void }) {
  const { t } = useTranslation();
  const count = (status: Line['status']) => lines.filter((line) => line.status === status).length;
  const sorted = (['invalid', 'duplicate', 'added'] as const).flatMap((status) =>
    lines.filter((line) => line.status === status),
  );
  const columns: Column<Line>[] = [
    { key: 'line', title: t('credentials.importLine'), onCard: 'title', render: ({ line }) => line },
    {
      key: 'status',
      title: t('credentials.state'),
      onCard: 'corner',
      render: ({ status }) => <StateDot tone={tones[status]}>{t(`credentials.importStatus.${status}`)}</StateDot>,
    },
    {
      key: 'email',
      title: t('credentials.email'),
      fluid: 100,
      render: ({ email, message }) => (
        <span style={{ overflowWrap: 'anywhere' }}>
          {email}
          {message === undefined ? null : (
            <Text size="xs" c="dimmed">
              {translateMessage(message, t) ?? message}
            </Text>
          )}
        </span>
      ),
    },
  ];
  return (
    <Stack>
      <Text size="sm" role="status">
        {t('credentials.importCounts', {
          total: lines.length,
          added: count('added'),
          duplicate: count('duplicate'),
          invalid: count('invalid'),
        })}
      </Text>
      <DataTable
        label={t('credentials.importTitle')}
        columns={columns}
        rows={sorted}
        id={({ line }) => String(line)}
        empty={null}
        dense
      />
      <DialogFooter>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </DialogFooter>
    </Stack>
  );
}
