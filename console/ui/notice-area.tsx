import { useNotifications } from '@mantine/notifications';
import { Suspense, useEffect, useState } from 'react';
import { lazyPart } from './lazy-part.ts';

const loadNotices = () => import('./notices.tsx').then((module) => module.Notices);
const Notices = lazyPart(loadNotices);
/** Milliseconds after the start. */
const preloadDelay = 3000;

/** The notification area. Its code is not part of the first load. */
export function NoticeArea() {
  const { notifications } = useNotifications();
  const [needed, setNeeded] = useState(false);
  if (!needed && notifications.length > 0) setNeeded(true);
  useEffect(() => {
    // The first notification is often about an unreachable gateway, when it is too late to load the code.
    const timer = setTimeout(() => loadNotices().catch(() => undefined), preloadDelay);
    return () => clearTimeout(timer);
  }, []);
  return needed ? (
    <Suspense fallback={null}>
      <Notices />
    </Suspense>
  ) : null;
}
