import { Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/use-format.ts';

const day = 86_400_000;

interface TokenExpiryProps {
  readonly at: number | null;
  /** Expiries within this many days are highlighted. */
  readonly warningDays: number;
}

/** A token's expiry date, highlighted if it is near or past. */
export function TokenExpiry({ at, warningDays }: TokenExpiryProps) {
  const { t } = useTranslation();
  const format = useFormat();
  if (at === null)
    return (
      <Text size="sm" c="dimmed" component="span">
        –
      </Text>
    );
  const rest = at - Date.now();
  const isSoon = rest < warningDays * day;
  const color = rest <= 0 ? 'var(--console-bad)' : isSoon ? 'var(--console-warn)' : 'dimmed';
  return (
    <Tooltip label={format.time(at)}>
      <Text size="sm" c={color} component="span" style={{ whiteSpace: 'nowrap' }}>
        {rest <= 0 ? t('credentials.tokenExpired') : isSoon ? format.relative(at, Date.now()) : format.day(at)}
      </Text>
    </Tooltip>
  );
}
