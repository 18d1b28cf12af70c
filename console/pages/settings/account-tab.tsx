import { Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../ui/page.tsx';
import { PasswordForm } from '../session/password-form.tsx';
import { sessionQuery } from '../session/queries.ts';
import { SecondFactor } from '../session/second-factor.tsx';
import { SessionList } from '../session/session-list.tsx';

export function AccountTab() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return (
    <Stack gap="lg">
      <Panel title={t('session.change')}>
        <PasswordForm onChanged={(session) => queryClient.setQueryData(sessionQuery.queryKey, session)} />
      </Panel>
      <SecondFactor />
      <SessionList />
    </Stack>
  );
}
