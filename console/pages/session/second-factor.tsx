import { Button, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionRoutes } from '../../../contract/session.ts';
import { call } from '../../api.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { Panel } from '../../ui/page.tsx';
import { PasswordDialog } from '../../ui/password-dialog.tsx';
import { StateDot } from '../../ui/state-dot.tsx';
import { secondFactorQuery } from './queries.ts';
import { type Enrolment, SecondFactorDialog } from './second-factor-dialog.tsx';

/** Enables the second factor with an authenticator app, and disables it with the password. */
export function SecondFactor() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(secondFactorQuery);
  const [asking, setAsking] = useState<'start' | 'remove'>();
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const refresh = () => queryClient.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
  const enabled = data?.enabled ?? false;
  return (
    <Panel
      title={t('session.secondFactor')}
      description={t('session.secondFactorText')}
      actions={
        <Button variant="default" disabled={!data} onClick={() => setAsking(enabled ? 'remove' : 'start')}>
          {t(enabled ? 'session.secondFactorOff' : 'session.secondFactorOn')}
        </Button>
      }
    >
      {error && !data ? <ErrorAlert error={error} onRetry={() => refetch()} /> : null}
      <Text size="sm" component="div" mih={21}>
        {data ? (
          <StateDot tone={enabled ? 'good' : 'idle'}>
            {t(enabled ? 'session.secondFactorIsOn' : 'session.secondFactorIsOff')}
          </StateDot>
        ) : null}
      </Text>
      {enabled ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t('session.recoveryLeft', { count: data?.recoveryCodesLeft ?? 0 })}
        </Text>
      ) : null}
      <PasswordDialog
        opened={asking !== undefined}
        title={t('session.secondFactor')}
        action={t(asking === 'remove' ? 'session.secondFactorOff' : 'common.next')}
        onClose={() => setAsking(undefined)}
        onPassword={async (password) => {
          if (asking === 'remove') {
            await call(sessionRoutes.removeSecondFactor, { body: { password } });
            await refresh();
          } else {
            setEnrolment(await call(sessionRoutes.startSecondFactor, { body: { password } }));
          }
          setAsking(undefined);
        }}
      />
      {enrolment ? (
        <SecondFactorDialog
          enrolment={enrolment}
          onClose={() => {
            setEnrolment(undefined);
            void refresh();
          }}
        />
      ) : null}
    </Panel>
  );
}
