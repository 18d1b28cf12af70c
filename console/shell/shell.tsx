import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { HealthStrip } from '../health/health-strip.tsx';
import { useHealth } from '../health/use-health.ts';
import { useTab } from '../health/use-tab.ts';
import { useSessionEnded } from '../session-end.ts';
import { TitlePrefix } from '../ui/document-title.ts';
import { lazyPart } from '../ui/lazy-part.ts';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { PaletteKeys } from './palette/palette-keys.tsx';
import classes from './shell.module.css';

const LoginOverPage = lazyPart(() => import('./login-over-page.tsx').then((module) => module.LoginOverPage));

/** The frame of every page that requires a login. The navigation is at the side; on a phone it is in a menu. */
export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const { health, nextReadyAt } = useHealth();
  const prefix = useTab(health);
  const ended = useSessionEnded();
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes whenever the page changes
  useEffect(close, [pathname]);
  return (
    <TitlePrefix value={prefix}>
      <a href="#content" className={`visually-hidden ${classes.skip}`}>
        {t('shell.skip')}
      </a>
      <AppShell
        header={{ height: { base: 52, sm: 0 } }}
        navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        classNames={{ navbar: classes.navbar ?? '', header: classes.header ?? '', main: classes.main ?? '' }}
      >
        <AppShell.Header hiddenFrom="sm">
          <Group h="100%" px="md" gap="sm">
            <Burger
              opened={opened}
              onClick={toggle}
              size="sm"
              aria-label={t(opened ? 'shell.closeMenu' : 'shell.openMenu')}
            />
            <Logo size={22} />
            <Text fw={600}>{t('common.product')}</Text>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar aria-label={t('shell.navigation')}>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <HealthStrip health={health} nextReadyAt={nextReadyAt} />
          <div className={classes.content} data-stale={health.level === 'unreachable' || undefined}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
      <PaletteKeys />
      {ended ? (
        <Suspense fallback={null}>
          <LoginOverPage />
        </Suspense>
      ) : null}
    </TitlePrefix>
  );
}
