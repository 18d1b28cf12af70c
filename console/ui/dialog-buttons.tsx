import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface DialogButtonsProps {
  readonly onCancel: () => void;
  /** What the way out is called, if not "Cancel". */
  readonly cancel?: string;
  /** What submits the form around the buttons. */
  readonly action: string;
  readonly busy: boolean;
  readonly disabled?: boolean;
}

/** The end of a form in a dialog. */
export function DialogButtons({ onCancel, cancel, action, busy, disabled = false }: DialogButtonsProps) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {cancel ?? t('common.cancel')}
      </Button>
      <Button type="submit" loading={busy} disabled={disabled}>
        {action}
      </Button>
    </Group>
  );
}
