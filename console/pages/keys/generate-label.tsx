import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What guides in any language call the button. */
const guideName = 'Generate New Token';

/** What makes a key, in the language in use; in Chinese with the English words beside it, which guides name. */
export function GenerateLabel() {
  const { t } = useTranslation();
  const name = t('keys.generate');
  if (name === guideName) return name;
  return (
    <>
      {name}
      <Text component="span" size="xs" ml={8} opacity={0.85} lang="en">
        {guideName}
      </Text>
    </>
  );
}
