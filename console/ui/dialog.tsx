import { Modal, type ModalProps } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from './use-return-focus.ts';
import { useStepFocus } from './use-step-focus.ts';

/**
 * A modal, full-screen on phones, with a labelled close button. An outside click does not close it, so no input is
 * lost.
 */
export function Dialog(props: ModalProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  useReturnFocus(props.opened);
  const noteFocus = useStepFocus();
  return (
    <Modal
      fullScreen={phone}
      closeOnClickOutside={false}
      onFocusCapture={noteFocus}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      {...props}
    />
  );
}

export function usePhone(): boolean {
  return useMediaQuery('(max-width: 47.99em)', false, { getInitialValueInEffect: false }) ?? false;
}
