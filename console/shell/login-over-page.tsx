import { Modal, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LoginForm } from '../pages/session/login-form.tsx';

/** The login dialog over a page whose session has ended. Unsaved input on the page is kept. */
export function LoginOverPage() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('session.endedTitle')}
      overlayProps={{ blur: 8 }}
      zIndex={500}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t('session.endedText')}
      </Text>
      <LoginForm onLoggedIn={() => void queryClient.invalidateQueries()} />
    </Modal>
  );
}
