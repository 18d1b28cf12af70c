import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { credentialRoutes } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { credentialKeys, routeProbesQuery } from '../credentials/queries.ts';

export type RouteResult = z.infer<NonNullable<typeof credentialRoutes.probe.response>>['results'][number];

interface RoutesStepProps {
  readonly credentialId: string;
  /** Empty if the test was skipped. */
  readonly onDone: (results: readonly RouteResult[]) => void;
}

/** Sends one small request over each route to find out which ones the account may use. */
export function RoutesStep({ credentialId, onDone }: RoutesStepProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const plan = useQuery(routeProbesQuery);
  const probes = plan.data?.probes ?? [];
  const cost = probes.reduce((sum, { dollars }) => sum + (dollars ?? 0), 0);
  const probe = useAction({
    quiet: true,
    run: () => call(credentialRoutes.probe, { params: { id: credentialId }, body: {} }),
    invalidates: credentialKeys,
    onSuccess: ({ results }) => {
      // If no route works, let the user read the errors first.
      if (results.some(({ ok }) => ok)) onDone(results);
    },
  });
  return (
    <Stack>
      {plan.error && !plan.data ? <ErrorAlert error={plan.error} onRetry={() => plan.refetch()} /> : null}
      <Text size="sm" mih={21}>
        {plan.data ? t('welcome.routesText', { count: probes.length, cost: format.dollars(cost) }) : null}
      </Text>
      {probe.isPending ? (
        <Group gap="sm" role="status">
          <Loader size="sm" aria-hidden />
          <Text size="sm">{t('credentials.testing')}</Text>
        </Group>
      ) : null}
      {probe.data ? <RouteResults results={probe.data.results} /> : null}
      {probe.error ? <ErrorAlert error={probe.error} /> : null}
      <Group>
        <Button loading={probe.isPending} disabled={probes.length === 0} onClick={() => probe.mutate(undefined)}>
          {t('welcome.testRoutes')}
        </Button>
        <Button variant="subtle" color="gray" onClick={() => onDone([])}>
          {t('welcome.skip')}
        </Button>
      </Group>
    </Stack>
  );
}

/** The routes and their results. */
export function RouteResults({ results }: { results: readonly RouteResult[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap={4}>
      {results.map(({ route, ok, status, message, milliseconds }) => (
        <Text key={route} size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
          <StateDot tone={ok ? 'good' : 'bad'}>
            <Text component="span" ff="monospace" size="sm">
              {route}
            </Text>
          </StateDot>{' '}
          <Text component="span" size="xs" c="dimmed">
            {ok
              ? t('credentials.routeProbed', { time: format.duration(milliseconds) })
              : [status, message].filter((part) => part !== undefined).join(' · ')}
          </Text>
        </Text>
      ))}
    </Stack>
  );
}
