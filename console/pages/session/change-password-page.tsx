import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FrontPage } from './front-page.tsx';
import { PasswordForm } from './password-form.tsx';
import { sessionQuery } from './queries.ts';

/** The step between the first login and everything else; then on to the credentials, which the first start lacks. */
export function ChangePasswordPage() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return (
    <FrontPage title={t('session.changeTitle')} text={t('session.changeText')}>
      <PasswordForm
        onChanged={(session) => {
          queryClient.setQueryData(sessionQuery.queryKey, session);
          void navigate({ to: '/credentials' });
        }}
      />
    </FrontPage>
  );
}
