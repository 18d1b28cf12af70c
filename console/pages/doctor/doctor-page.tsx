import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconCash, IconRoute, IconStethoscope } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { doctorRoutes } from '../../../contract/doctor.ts';
import { call } from '../../api.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useFormat } from '../../ui/use-format.ts';
import { FindingTable } from './finding-table.tsx';

/** Checks everything the gateway needs to work, and says how to fix problems. */
export function DoctorPage() {
  const { t } = useTranslation();
  return (
    <Page title={t('doctor.title')} description={t('doctor.description')}>
      <Checkup />
      <RouteTrial />
    </Page>
  );
}

/** All checks that cost nothing, that is, all but the routes. */
function Checkup() {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useAction({
    quiet: true,
    run: () => call(doctorRoutes.check, {}),
    invalidates: [['credentials']],
  });
  return (
    <Panel
      title={t('doctor.checkup')}
      description={t('doctor.checkupText')}
      actions={
        <Button
          leftSection={<IconStethoscope size={16} aria-hidden />}
          loading={isPending}
          onClick={() => mutate(undefined)}
        >
          {t('doctor.check')}
        </Button>
      }
    >
      {error ? <ErrorAlert error={error} /> : null}
      {data ? <FindingTable findings={data.findings} label={t('doctor.checkup')} /> : null}
      {data || error ? null : (
        <Empty icon={IconStethoscope} title={t('doctor.emptyTitle')} text={t('doctor.emptyText')} />
      )}
    </Panel>
  );
}

/** Sends one small request over each route, after showing the cost. */
function RouteTrial() {
  const { t } = useTranslation();
  const plan = useAction({ quiet: true, run: () => call(doctorRoutes.plan, {}) });
  const trial = useAction({
    quiet: true,
    run: () => call(doctorRoutes.checkRoutes, {}),
    invalidates: [['credentials']],
    onSuccess: () => plan.reset(),
  });
  const error = plan.error ?? trial.error;
  return (
    <Panel
      title={t('doctor.routes')}
      description={t('doctor.routesText')}
      actions={
        <Button
          variant="default"
          leftSection={<IconRoute size={16} aria-hidden />}
          loading={plan.isPending || trial.isPending}
          disabled={plan.data !== undefined}
          onClick={() => plan.mutate(undefined)}
        >
          {t('doctor.tryRoutes')}
        </Button>
      }
    >
      <Stack>
        {plan.data ? (
          <Cost
            plan={plan.data.plan}
            sending={trial.isPending}
            onSend={() => trial.mutate(undefined)}
            onCancel={plan.reset}
          />
        ) : null}
        {error ? <ErrorAlert error={error} /> : null}
        {trial.data ? <FindingTable findings={trial.data.findings} label={t('doctor.routes')} /> : null}
      </Stack>
    </Panel>
  );
}

interface CostProps {
  readonly plan: { readonly credential: string; readonly requests: number; readonly dollars: number | null } | null;
  readonly sending: boolean;
  readonly onSend: () => void;
  readonly onCancel: () => void;
}

function Cost({ plan, sending, onSend, onCancel }: CostProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (plan === null) {
    return (
      <Text size="sm" role="status">
        {t('doctor.noCredential')}
      </Text>
    );
  }
  const { credential, requests, dollars } = plan;
  const cost = dollars === null ? t('doctor.unpriced') : format.dollars(dollars);
  return (
    <Alert variant="outline" icon={<IconCash aria-hidden />} role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="var(--mantine-color-text)" style={{ flex: '1 1 16rem' }}>
          {t('doctor.cost', { count: requests, credential, cost })}
        </Text>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" disabled={sending} onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button size="compact-sm" loading={sending} onClick={onSend}>
            {t('doctor.send')}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}
