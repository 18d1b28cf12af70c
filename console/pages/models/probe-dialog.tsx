import { Button, Group, Loader, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { type Model, modelRoutes } from '../../../contract/models.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFooter } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { credentialsQuery } from '../credentials/queries.ts';

/** Shows the cost, then sends small requests to find out which credential can use a model, over which endpoints. */
export function ProbeDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useAction({
    quiet: true,
    run: (id: string) => call(modelRoutes.probe, { params: { id } }),
    invalidates: [['credentials']],
  });
  return (
    <Dialog opened onClose={onClose} size="xl" title={t('models.probeTitle', { name: model.id })}>
      <Stack mih={120} justify="space-between">
        <Cost model={model} />
        {isPending ? (
          <Group gap="sm" role="status">
            <Loader size="sm" aria-hidden />
            <Text size="sm">{t('models.probing')}</Text>
          </Group>
        ) : null}
        {error ? <ErrorAlert error={error} /> : null}
        {data && !isPending ? (
          <Results results={data.results} label={t('models.probeTitle', { name: model.id })} />
        ) : null}
        <DialogFooter>
          <Button variant={data ? 'default' : 'filled'} loading={isPending} onClick={() => mutate(model.id)}>
            {data ? t('common.retry') : t('models.probeStart')}
          </Button>
          <Button variant={data ? 'filled' : 'default'} onClick={onClose}>
            {t('common.close')}
          </Button>
        </DialogFooter>
      </Stack>
    </Dialog>
  );
}

function Cost({ model }: { model: Model }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(credentialsQuery);
  if (data === undefined) return null;
  const enabled = data.credentials.filter((credential) => credential.enabled).length;
  if (enabled === 0) return <Text size="sm">{t('models.probeNone')}</Text>;
  const count = enabled * model.endpoints.filter((endpoint) => endpoint.enabled).length;
  const cost = model.probeDollars === null ? t('models.probeUnpriced') : format.dollars(count * model.probeDollars);
  return <Text size="sm">{t('models.probeCost', { count, cost })}</Text>;
}

type Result = z.infer<NonNullable<typeof modelRoutes.probe.response>>['results'][number];

function Results({ results, label }: { results: readonly Result[]; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Table aria-label={label}>
      <Table.Tbody>
        {results.map((result) => (
          <Table.Tr key={`${result.credentialId} ${result.route}`}>
            <Table.Td>
              {result.label}
              <Text size="xs" c="dimmed" ff="monospace">
                {result.route}
              </Text>
            </Table.Td>
            <Table.Td>
              <StateDot tone={result.ok ? 'good' : 'bad'}>
                {result.ok ? t('models.probeGood') : t('models.probeBad')}
              </StateDot>
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {result.ok ? result.status : [result.status, result.message].filter(Boolean).join(' · ')}
              </Text>
            </Table.Td>
            <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
              {format.duration(result.milliseconds)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
