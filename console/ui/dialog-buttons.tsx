import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface DialogButtonsProps {
  readonly onCancel: () => void;
  /** Label of the cancel button. Default: "Cancel". */
  readonly cancel?: string;
  /** Label of the submit button. */
  readonly action: string;
  readonly busy: boolean;
  readonly disabled?: boolean;
}

/** The buttons at the end of a form in a dialog. */
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
