import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionRoutes } from '../../../contract/session.ts';
import { AdminApiError, call } from '../../api.ts';
import { toOwnPath } from '../../console-path.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { FrontPage } from './front-page.tsx';
import { sessionQuery } from './queries.ts';
import { rememberPassword } from './typed-password.ts';

const route = getRouteApi('/login');

export function LoginPage() {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const login = useLogin();
  const failure = login.error instanceof AdminApiError ? login.error.code : undefined;
  // Once asked for, the code's field stays, also when the code was wrong.
  const [needsCode, setNeedsCode] = useState(false);
  if (!needsCode && failure === 'second_factor_required') setNeedsCode(true);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate({ password, ...(needsCode && code !== '' ? { code } : {}) });
  };
  return (
    <FrontPage title={t('session.loginTitle')} text={t('session.loginText')}>
      <form onSubmit={submit}>
        <Stack>
          <input type="text" name="username" autoComplete="username" value="admin" readOnly hidden />
          <PasswordInput
            label={t('common.password')}
            name="password"
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {needsCode ? (
            <TextInput
              label={t('session.code')}
              name="code"
              autoComplete="one-time-code"
              autoFocus
              required
              withAsterisk={false}
              size="md"
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          ) : null}
          {login.error ? <ErrorAlert error={login.error} /> : null}
          <Button type="submit" size="md" fullWidth loading={login.isPending}>
            {t('session.login')}
          </Button>
          <Text size="xs" c="dimmed" ta="center">
            {t('session.firstPasswordHint')}
          </Text>
        </Stack>
      </form>
    </FrontPage>
  );
}

function useLogin() {
  const queryClient = useQueryClient();
  const router = useRouter();
  const { next } = route.useSearch();
  return useAction({
    quiet: true,
    run: (body: { password: string; code?: string }) => call(sessionRoutes.login, { body }),
    onSuccess: (session, { password }) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      if (session.passwordChangeRequired) {
        rememberPassword(password);
        void router.navigate({ to: '/change-password' });
      } else router.history.push(toOwnPath(`/admin${next ?? '/'}`));
    },
  });
}
