import { Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/use-format.ts';

const day = 86_400_000;
/** Expiries within this time are highlighted. */
const soon = 14 * day;

/** A token's expiry date, highlighted if it is near or past. */
export function TokenExpiry({ at }: { at: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (at === null)
    return (
      <Text size="sm" c="dimmed" component="span">
        –
      </Text>
    );
  const rest = at - Date.now();
  const color = rest <= 0 ? 'var(--console-bad)' : rest < soon ? 'var(--console-warn)' : 'dimmed';
  return (
    <Tooltip label={format.time(at)}>
      <Text size="sm" c={color} component="span" style={{ whiteSpace: 'nowrap' }}>
        {rest <= 0 ? t('credentials.tokenExpired') : rest < soon ? format.relative(at, Date.now()) : format.day(at)}
      </Text>
    </Tooltip>
  );
}
