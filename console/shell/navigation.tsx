import { ActionIcon, Button, Kbd, Text, Tooltip } from '@mantine/core';
import { IconLogout, IconSearch } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sessionRoutes } from '../../contract/session.ts';
import { call } from '../api.ts';
import { sessionQuery } from '../pages/session/queries.ts';
import { useAction } from '../ui/use-action.ts';
import { LanguageMenu, ThemeMenu } from './appearance.tsx';
import { Logo } from './logo.tsx';
import { navigationGroups } from './navigation-groups.ts';
import { usePaletteRequest } from './palette/palette-request.ts';
import classes from './shell.module.css';

export function Navigation() {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.brand}>
        <Logo size={24} />
        <Text fw={600}>{t('common.product')}</Text>
      </div>
      <div className={classes.links}>
        <PaletteButton />
        {navigationGroups.map((group) => (
          <div key={group.links[0].to}>
            {group.name ? <div className={classes.group}>{t(`shell.${group.name}`)}</div> : null}
            {group.links.map(({ to, name, icon: Icon }) => (
              <Link key={to} to={to} activeOptions={{ exact: to === '/' }} className={classes.link ?? ''}>
                <Icon size={17} stroke={1.7} aria-hidden />
                {t(`shell.${name}`)}
              </Link>
            ))}
          </div>
        ))}
      </div>
      <div className={classes.foot}>
        <ThemeMenu />
        <LanguageMenu />
        <Version />
        <LogoutButton />
      </div>
    </>
  );
}

/** Opens the command palette by mouse. */
function PaletteButton() {
  const { t } = useTranslation();
  const [, request] = usePaletteRequest();
  return (
    <Button
      variant="default"
      size="xs"
      px={7}
      fullWidth
      mb="xs"
      justify="flex-start"
      classNames={{ label: classes.paletteLabel ?? '' }}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        <Kbd size="xs" visibleFrom="sm">
          {isApple ? '⌘K' : 'Ctrl K'}
        </Kbd>
      }
      aria-keyshortcuts="Control+K"
      onClick={() => request(true)}
    >
      {t('palette.title')}
    </Button>
  );
}

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

function Version() {
  const { t } = useTranslation();
  const { data } = useQuery(sessionQuery);
  return (
    <Text size="xs" c="dimmed" ta="right" style={{ flex: 1 }} className="truncate">
      {data ? t('shell.version', { version: data.version }) : null}
    </Text>
  );
}

function LogoutButton() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const logout = useAction({
    run: () => call(sessionRoutes.logout, {}),
    onSuccess: () => {
      queryClient.clear();
      void navigate({ to: '/login' });
    },
  });
  return (
    <Tooltip label={t('shell.logout')}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('shell.logout')}
        loading={logout.isPending}
        onClick={() => logout.mutate(undefined)}
      >
        <IconLogout size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
