import { useNotifications } from '@mantine/notifications';
import { lazy, Suspense, useState } from 'react';

const Notices = lazy(() => import('./notices.tsx'));

/** The notification area; its code is loaded with the first notification. */
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
