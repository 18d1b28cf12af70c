import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

interface Notice {
  readonly message: string;
  readonly title?: string;
  /** Errors stay longer. */
  readonly tone: 'good' | 'bad';
}

/** Shows a notification in the corner of the window. */
export function notify({ message, title, tone }: Notice): void {
  notifications.show({
    message,
    ...(title !== undefined && { title }),
    color: tone === 'good' ? 'green' : 'red',
    autoClose: tone === 'good' ? 4000 : 10_000,
    closeButtonProps: { 'aria-label': i18next.t('common.close') },
  });
}
