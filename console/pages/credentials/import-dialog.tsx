import { Anchor, Button, FileButton, Group, ScrollArea, Stack, Table, Text, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFooter } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { useAction } from '../../ui/use-action.ts';
import { credentialKeys } from './queries.ts';

type Report = z.infer<typeof credentialRoutes.import.response & {}>['lines'];

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
            autosize
            minRows={6}
            maxRows={14}
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
              accept=".csv,.txt,text/plain,text/csv"
              onChange={async (file) => setText((await file?.text()) ?? '')}
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

function ImportReport({ lines, onClose }: { lines: Report; onClose: () => void }) {
  const { t } = useTranslation();
  const added = lines.filter((line) => line.status === 'added').length;
  return (
    <Stack>
      <Text size="sm" role="status">
        {t('credentials.importReport', { added, total: lines.length })}
      </Text>
      <ScrollArea.Autosize mah={360}>
        <Table aria-label={t('credentials.importTitle')}>
          <Table.Tbody>
            {lines.map((line) => (
              <Table.Tr key={line.line}>
                <Table.Td w={48} c="dimmed">
                  {line.line}
                </Table.Td>
                <Table.Td>
                  <StateDot tone={tones[line.status]}>{t(`credentials.importStatus.${line.status}`)}</StateDot>
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {line.email}
                  {line.message ? (
                    <Text size="xs" c="dimmed">
                      {line.message}
                    </Text>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      <DialogFooter>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </DialogFooter>
    </Stack>
  );
}
