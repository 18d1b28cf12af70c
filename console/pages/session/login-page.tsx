import { Text } from '@mantine/core';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { toOwnPath } from '../../console-path.ts';
import { FrontPage } from './front-page.tsx';
import { LoginForm } from './login-form.tsx';
import { rememberPassword } from './typed-password.ts';

const route = getRouteApi('/login');

export function LoginPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next } = route.useSearch();
  return (
    <FrontPage title={t('session.loginTitle')} text={t('session.loginText')}>
      <LoginForm
        onLoggedIn={(session, password) => {
          if (session.passwordChangeRequired) {
            rememberPassword(password);
            void router.navigate({ to: '/change-password' });
          } else router.history.push(toOwnPath(`/admin${next ?? '/'}`));
        }}
      />
      <Text size="xs" c="dimmed" ta="center" mt="md">
        {t('session.firstPasswordHint')}
      </Text>
    </FrontPage>
  );
}
