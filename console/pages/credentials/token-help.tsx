import { Anchor, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

const tokenPage = 'https://id.atlassian.com/manage-profile/security/api-tokens';

/** Explains where to create a token. */
export function TokenHelp() {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed">
      {t('credentials.tokenHelp')}{' '}
      <Anchor href={tokenPage} target="_blank" rel="noreferrer" size="sm" underline="always">
        {t('credentials.tokenLink')} <IconExternalLink size={13} aria-hidden style={{ verticalAlign: '-2px' }} />
      </Anchor>
    </Text>
  );
}
