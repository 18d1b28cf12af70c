import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { overviewQuery } from '../overview/queries.ts';
import { FrontPage } from './front-page.tsx';
import { PasswordForm } from './password-form.tsx';
import { sessionQuery } from './queries.ts';
import { forgetPassword, recallPassword } from './typed-password.ts';

/** The forced password change after the first login; continues to the guided set-up of a new gateway. */
export function ChangePasswordPage() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [known] = useState(recallPassword);
  const goOn = async () => {
    const overview = await queryClient.fetchQuery(overviewQuery).catch(() => undefined);
    await navigate({ to: overview?.checklist.hasCredential ? '/' : '/welcome' });
  };
  return (
    <FrontPage title={t('session.changeTitle')} text={t('session.changeText')}>
      <PasswordForm
        known={known}
        autoFocus
        onChanged={(session) => {
          forgetPassword();
          queryClient.setQueryData(sessionQuery.queryKey, session);
          void goOn();
        }}
      />
    </FrontPage>
  );
}
