import { ActionIcon, Button, Group, Stack, Table, Text, Tooltip } from '@mantine/core';
import { IconRefresh, IconTestPipe } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { type Credential, credentialRoutes, type RouteState } from '../../../contract/credentials.ts';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogFooter } from '../../ui/dialog-buttons.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { Countdown } from '../../ui/time.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { displayName } from './display-name.ts';
import { credentialKeys, credentialsQuery, routeProbesQuery } from './queries.ts';
import { routeTone } from './route-words.ts';

type ProbePlan = z.infer<NonNullable<typeof credentialRoutes.planProbes.response>>['probes'][number];
type ProbeResult = z.infer<NonNullable<typeof credentialRoutes.probe.response>>['results'][number];

/** The upstream routes of a credential with state, cause and countdown, and buttons to probe them. */
export function RoutesDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { t } = useTranslation();
  const credentials = useQuery(credentialsQuery);
  const plan = useQuery(routeProbesQuery);
  const probe = useAction({
    quiet: true,
    run: (routes: readonly string[]) =>
      call(credentialRoutes.probe, { params: { id: credential.id }, body: { routes: [...routes] } }),
    invalidates: credentialKeys,
  });
  const { data, dataUpdatedAt } = credentials;
  const shown = data?.credentials.find(({ id }) => id === credential.id) ?? credential;
  const skew = data ? data.now - dataUpdatedAt : 0;
  const probes = plan.data?.probes ?? [];
  const price = usePrice();
  return (
    <Dialog opened onClose={onClose} size="xl" title={t('credentials.routesTitle', { name: displayName(credential) })}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('credentials.routesText')}
        </Text>
        <Table aria-label={t('credentials.routes')}>
          <Table.Tbody>
            {shown.state.routes.map((state) => (
              <RouteRow
                key={state.route}
                credentialId={credential.id}
                state={state}
                skew={skew}
                plan={probes.find(({ route }) => route === state.route)}
                probing={probe.isPending && (probe.variables?.includes(state.route) ?? false)}
                result={probe.data?.results.find(({ route }) => route === state.route)}
                onProbe={() => probe.mutate([state.route])}
              />
            ))}
          </Table.Tbody>
        </Table>
        {probe.error ? <ErrorAlert error={probe.error} /> : null}
        {plan.error && !plan.data ? <ErrorAlert error={plan.error} onRetry={() => plan.refetch()} /> : null}
        <Text size="sm" mih={21}>
          {plan.data ? t('credentials.routeProbeCost', { count: probes.length, cost: price(probes) }) : null}
        </Text>
        <DialogFooter>
          <Button
            variant="default"
            leftSection={<IconTestPipe size={16} aria-hidden />}
            disabled={probes.length === 0}
            loading={probe.isPending}
            onClick={() => probe.mutate(probes.map(({ route }) => route))}
          >
            {t('credentials.routeProbeAll')}
          </Button>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </DialogFooter>
      </Stack>
    </Dialog>
  );
}

/** The cost of probes as text. */
function usePrice(): (probes: readonly ProbePlan[]) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (probes) => {
    const known = probes.flatMap(({ dollars }) => (dollars === null ? [] : [dollars]));
    return known.length === 0
      ? t('credentials.routeProbeUnpriced')
      : format.dollars(known.reduce((sum, dollars) => sum + dollars, 0));
  };
}

interface RouteRowProps {
  readonly credentialId: string;
  readonly state: RouteState;
  readonly skew: number;
  /** Absent if no enabled model has an endpoint on the route. */
  readonly plan: ProbePlan | undefined;
  readonly probing: boolean;
  readonly result: ProbeResult | undefined;
  readonly onProbe: () => void;
}

function RouteRow({ credentialId, state, skew, plan, probing, result, onProbe }: RouteRowProps) {
  const { t } = useTranslation();
  const price = usePrice();
  const reset = useAction({
    run: (route: string) => call(credentialRoutes.resetRoute, { params: { id: credentialId }, body: { route } }),
    invalidates: credentialKeys,
    success: t('credentials.routeResetDone'),
  });
  const { route } = state;
  const isTroubled = state.cause !== undefined || state.models.length > 0;
  return (
    <Table.Tr data-route={route}>
      <Table.Td style={{ verticalAlign: 'top' }}>
        <Text size="sm" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
          {route}
        </Text>
      </Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }}>
        <RouteCondition state={state} skew={skew} />
        {result ? <ProbeOutcome result={result} /> : null}
      </Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }} w={80}>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          {isTroubled ? (
            <IconAction
              label={t('credentials.routeReset', { route })}
              icon={<IconRefresh size={16} aria-hidden />}
              loading={reset.isPending}
              onClick={() => reset.mutate(route)}
            />
          ) : null}
          {plan ? (
            <IconAction
              label={t('credentials.routeProbe', { route, cost: price([plan]) })}
              icon={<IconTestPipe size={16} aria-hidden />}
              loading={probing}
              onClick={onProbe}
            />
          ) : null}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

interface IconActionProps {
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly loading: boolean;
  readonly onClick: () => void;
}

function IconAction({ label, icon, loading, onClick }: IconActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} loading={loading} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

/** State, cause and countdown of a route, with the upstream's message and the refused models below. */
function RouteCondition({ state, skew }: { state: RouteState; skew: number }) {
  const { t } = useTranslation();
  return (
    <>
      <Condition state={state} skew={skew} />
      {state.models.map((model) => (
        <div key={model.model}>
          <Text size="xs" component="span" ff="monospace">
            {model.model}{' '}
          </Text>
          <Condition state={model} skew={skew} />
        </div>
      ))}
      {state.learnedConcurrency === undefined ? null : (
        <Text size="xs" c="dimmed">
          {t('credentials.routeLimit', { count: state.learnedConcurrency })}
        </Text>
      )}
    </>
  );
}

function Condition({ state, skew }: { state: Omit<RouteState, 'route' | 'inFlight' | 'models'>; skew: number }) {
  const { t } = useTranslation();
  const { name, cause, until, evidence } = state;
  return (
    <>
      <StateDot tone={routeTone(state)}>
        {t(`credentials.routeState.${name}`)}
        {cause === undefined ? null : ` · ${t(`credentials.cause.${cause}`)}`}
        {until === undefined ? null : (
          <Text component="span" size="sm" c="dimmed">
            <Countdown until={until - skew} />
          </Text>
        )}
      </StateDot>
      {evidence === undefined ? null : (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {evidence.status === undefined ? evidence.message : `${evidence.status} · ${evidence.message}`}
        </Text>
      )}
    </>
  );
}

function ProbeOutcome({ result }: { result: ProbeResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Text size="xs" role="status" style={{ overflowWrap: 'anywhere' }}>
      {result.ok
        ? t('credentials.routeProbed', { time: format.duration(result.milliseconds) })
        : [result.status, result.message].filter((part) => part !== undefined).join(' · ')}
    </Text>
  );
}
