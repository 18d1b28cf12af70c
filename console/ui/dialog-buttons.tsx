import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './dialog-buttons.module.css';

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
    <DialogFooter>
      <Button variant="default" onClick={onCancel}>
        {cancel ?? t('common.cancel')}
      </Button>
      <Button type="submit" loading={busy} disabled={disabled}>
        {action}
      </Button>
    </DialogFooter>
  );
}

/** The buttons at the end of a dialog, which stay in view while it scrolls. */
export function DialogFooter({ justify = 'flex-end', children }: { justify?: string; children: ReactNode }) {
  return (
    <Group className={classes.footer ?? ''} justify={justify}>
      {children}
    </Group>
  );
}
