import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { sessionRoutes } from '../../../contract/session.ts';
import { AdminApiError, call } from '../../api.ts';
import { setSessionEnded } from '../../session-end.ts';
import { ErrorAlert } from '../../ui/error-alert.tsx';
import { useAction } from '../../ui/use-action.ts';
import { sessionQuery } from './queries.ts';

type Session = z.infer<NonNullable<typeof sessionRoutes.login.response>>;

interface LoginFormProps {
  readonly onLoggedIn: (session: Session, password: string) => void;
}

/** The login form: password, and the second factor if required. */
export function LoginForm({ onLoggedIn }: LoginFormProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const login = useAction({
    quiet: true,
    run: (body: { password: string; code?: string }) => call(sessionRoutes.login, { body }),
    onSuccess: (session, sent) => {
      // The first page that was opened without a session has reported it as ended.
      setSessionEnded(false);
      queryClient.setQueryData(sessionQuery.queryKey, session);
      onLoggedIn(session, sent.password);
    },
  });
  const failure = login.error instanceof AdminApiError ? login.error.code : undefined;
  // Once shown, the code field stays, even after a wrong code.
  const [needsCode, setNeedsCode] = useState(false);
  if (!needsCode && failure === 'second_factor_required') setNeedsCode(true);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate({ password, ...(needsCode && code !== '' ? { code } : {}) });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <input type="text" name="username" autoComplete="username" value="admin" readOnly hidden />
        <PasswordInput
          label={t('common.password')}
          name="password"
          autoComplete="current-password"
          autoFocus
          data-autofocus
          required
          withAsterisk={false}
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {needsCode ? (
          <TextInput
            label={t('session.code')}
            description={t('errors.second_factor_required')}
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
        {login.error && failure !== 'second_factor_required' ? <ErrorAlert error={login.error} /> : null}
        <Button type="submit" size="md" fullWidth loading={login.isPending}>
          {t('session.login')}
        </Button>
      </Stack>
    </form>
  );
}
