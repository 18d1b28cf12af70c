import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { displayName } from '../../pages/credentials/display-name.ts';
import { credentialsQuery } from '../../pages/credentials/queries.ts';
import { keysQuery } from '../../pages/keys/queries.ts';
import { modelsQuery } from '../../pages/models/queries.ts';
import { settingsTabs } from '../../pages/settings/search.ts';
import { navigationGroups } from '../navigation-groups.ts';
import { type PaletteItem, readRequestId } from './palette-items.ts';

const pages = navigationGroups.flatMap(({ links }) => [...links]);

/** All palette entries: pages, tabs, keys, credentials, models, and a request by its id. */
export function usePaletteItems(text: string): readonly PaletteItem[] {
  const { t } = useTranslation();
  const keys = useQuery({ ...keysQuery, refetchInterval: false }).data?.keys ?? [];
  const credentials = useQuery({ ...credentialsQuery, refetchInterval: false }).data?.credentials ?? [];
  const models = useQuery(modelsQuery).data?.models ?? [];
  const requestId = readRequestId(text);
  return [
    ...(requestId === undefined
      ? []
      : [
          {
            id: requestId,
            title: requestId,
            about: t('palette.request'),
            link: { to: '/requests', search: { id: requestId } },
          } as const,
        ]),
    ...pages.map(
      ({ name, to }): PaletteItem => ({ id: to, title: t(`shell.${name}`), about: t('palette.page'), link: { to } }),
    ),
    ...settingsTabs.map(
      (tab): PaletteItem => ({
        id: `settings-${tab}`,
        title: t(`settings.tab.${tab}`),
        about: t('shell.settings'),
        link: { to: '/settings', search: { tab } },
      }),
    ),
    {
      id: 'failures',
      title: t('palette.failures'),
      about: t('shell.requests'),
      link: { to: '/requests', search: { outcome: 'failure' } },
    },
    ...keys.map(
      ({ id, name, maskedKey }): PaletteItem => ({
        id,
        title: name,
        about: `${t('palette.key')} ${maskedKey}`,
        link: { to: '/keys/$id', params: { id } },
      }),
    ),
    ...credentials.map(
      (credential): PaletteItem => ({
        id: credential.id,
        title: displayName(credential),
        about: `${t('palette.credential')} ${credential.email}`,
        link: { to: '/credentials', search: { text: credential.email } },
      }),
    ),
    ...models.map(
      ({ id, aliases }): PaletteItem => ({
        id: `model-${id}`,
        title: id,
        about: [t('palette.model'), ...aliases].join(' '),
        link: { to: '/requests', search: { model: id } },
      }),
    ),
  ];
}
