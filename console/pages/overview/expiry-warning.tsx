import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { usageRoutes } from '../../../contract/usage.ts';
import { listNames } from '../../ui/list-names.ts';
import { useFormat } from '../../ui/use-format.ts';
import { Warning } from '../../ui/warning.tsx';

type Overview = z.infer<NonNullable<typeof usageRoutes.overview.response>>;

/** A warning about tokens that expire soon or have expired; hidden if there are none. */
export function ExpiryWarning({ tokens, now }: { tokens: Overview['expiringTokens']; now: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (tokens.length === 0) return null;
  const names = tokens.map(({ name, at }) =>
    at <= now ? t('overview.tokenExpired', { name }) : t('overview.tokenExpires', { name, day: format.day(at) }),
  );
  return (
    <Warning title={t('overview.tokensExpire', { count: tokens.length })}>
      {listNames(names, t)}
      {' · '}
      <Anchor
        size="sm"
        renderRoot={(props) => (
          <Link to="/credentials" search={{ order: 'tokenExpiry', descending: false }} {...props} />
        )}
      >
        {t('overview.replaceTokens')}
      </Anchor>
    </Warning>
  );
}
