import { Button, Group, Loader, Stack, Table, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type Model, modelRoutes } from '../../../contract/models.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';

/** Asks, with one small request each, which credential can use a model. */
export function ProbeDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { mutate, data, error, isPending } = useAction({
    quiet: true,
    run: (id: string) => call(modelRoutes.probe, { params: { id } }),
    invalidates: [['credentials']],
  });
  useEffect(() => mutate(model.id), [mutate, model.id]);
  return (
    <Dialog opened onClose={onClose} size="lg" title={t('models.probeTitle', { name: model.id })}>
      <Stack mih={120} justify="space-between">
        {isPending ? (
          <Group gap="sm" role="status">
            <Loader size="sm" aria-hidden />
            <Text size="sm">{t('models.probing')}</Text>
          </Group>
        ) : null}
        {error ? <ErrorAlert error={error} /> : null}
        {data && data.results.length === 0 ? <Text size="sm">{t('models.probeNone')}</Text> : null}
        {data && data.results.length > 0 && !isPending ? (
          <Table aria-label={t('models.probeTitle', { name: model.id })}>
            <Table.Tbody>
              {data.results.map((result) => (
                <Table.Tr key={result.credentialId}>
                  <Table.Td>{result.label}</Table.Td>
                  <Table.Td>
                    <StateDot tone={result.ok ? 'good' : 'bad'}>
                      {result.ok ? t('models.probeGood') : t('models.probeBad')}
                    </StateDot>
                  </Table.Td>
                  <Table.Td c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {result.ok ? result.status : [result.status, result.message].filter(Boolean).join(' · ')}
                  </Table.Td>
                  <Table.Td ta="right">{format.duration(result.milliseconds)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" disabled={isPending} onClick={() => mutate(model.id)}>
            {t('common.retry')}
          </Button>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
