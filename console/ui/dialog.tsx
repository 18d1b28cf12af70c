import { Modal, type ModalProps } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';

/** A modal that fills a phone's screen and names its close button. A click beside it loses nothing that was typed. */
export function Dialog(props: ModalProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <Modal
      fullScreen={phone}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      {...props}
    />
  );
}

export function usePhone(): boolean {
  return useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false }) ?? false;
}
