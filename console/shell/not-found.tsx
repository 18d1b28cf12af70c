import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useDocumentTitle } from '../ui/document-title.ts';
import { Empty } from '../ui/empty.tsx';

export function NotFound() {
  const { t } = useTranslation();
  useDocumentTitle(t('common.notFoundTitle'));
  return (
    <Empty
      isPage
      icon={IconMapQuestion}
      title={t('common.notFoundTitle')}
      text={t('common.notFoundText')}
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
          {t('common.goHome')}
        </Button>
      }
    />
  );
}
