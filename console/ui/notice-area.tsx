import { useNotifications } from '@mantine/notifications';
import { lazy, Suspense, useState } from 'react';

const Notices = lazy(() => import('./notices.tsx'));

/** Where notices show; what draws them is fetched with the first of them. */
export function NoticeArea() {
  const { notifications } = useNotifications();
  const [needed, setNeeded] = useState(false);
  if (!needed && notifications.length > 0) setNeeded(true);
  return needed ? (
    <Suspense fallback={null}>
      <Notices />
    </Suspense>
  ) : null;
}
