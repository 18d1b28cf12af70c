import { ActionIcon, Button, type ButtonProps, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './copy-text.ts';
import { notify } from './notify.ts';

function useCopy(value: string) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (await copyText(value)) setCopied(true);
    else notify({ message: t('common.copyFailed'), tone: 'bad' });
  };
  return { copied, copy };
}

/** A labelled button that copies `value`. */
export function CopyButton({ value, label, ...props }: { value: string; label?: string } & ButtonProps) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy(value);
  return (
    <Button
      variant="default"
      leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      onClick={copy}
      aria-live="polite"
      {...props}
    >
      {copied ? t('common.copied') : (label ?? t('common.copy'))}
    </Button>
  );
}

/** An icon button that copies `value`; `what` is its accessible name. */
export function CopyIcon({ value, what }: { value: string; what: string }) {
  const { t } = useTranslation();
  const { copied, copy } = useCopy(value);
  const label = copied ? t('common.copied') : `${t('common.copy')}: ${what}`;
  return (
    <Tooltip label={copied ? t('common.copied') : t('common.copy')}>
      <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={label}>
        {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
