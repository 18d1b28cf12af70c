import { Button, Tooltip } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ImportLink } from './clients/client.ts';

/** Opens the client's import link. Disabled without a key. */
export function ImportButton({ link, label, hasKey }: { link: ImportLink; label: string; hasKey: boolean }) {
  const { t } = useTranslation();
  const icon = <IconExternalLink size={14} aria-hidden />;
  const name = t('connect.importInto', { client: link.title });
  if (!hasKey) {
    return (
      <Tooltip label={t('connect.testNeedsKey')}>
        <Button size="compact-sm" variant="light" leftSection={icon} data-disabled aria-disabled aria-label={name}>
          {label}
        </Button>
      </Tooltip>
    );
  }
  return (
    <Button
      component="a"
      href={link.href}
      {...(link.href.startsWith('http') ? { target: '_blank', rel: 'noreferrer' } : {})}
      size="compact-sm"
      variant="light"
      leftSection={icon}
      aria-label={name}
    >
      {label}
    </Button>
  );
}
