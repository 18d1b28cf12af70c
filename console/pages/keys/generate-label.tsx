import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** The button's name in guides of all languages. */
const guideName = 'Generate New Token';

/** The label of the generate button. In Chinese it also contains the English label, which guides refer to. */
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
