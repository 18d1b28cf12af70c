import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { AdminApiError } from './api.ts';
import { consolePath } from './console-path.ts';
import { loadPart } from './load-part.ts';
import { connectSearch } from './pages/connect/search.ts';
import { credentialsSearch } from './pages/credentials/search.ts';
import { overviewSearch } from './pages/overview/search.ts';
import { requestsSearch } from './pages/requests/search.ts';
import { sessionQuery } from './pages/session/queries.ts';
import { settingsSearch } from './pages/settings/search.ts';
import { LoadFailure } from './shell/load-failure.tsx';
import { NotFound } from './shell/not-found.tsx';
import { PageSkeleton, SessionLoader } from './shell/page-skeleton.tsx';
import { Shell } from './shell/shell.tsx';

/** A page whose code is loaded when it first opens. */
function lazyPage<Module extends object, Name extends string & keyof Module>(load: () => Promise<Module>, name: Name) {
  return lazyRouteComponent<Module, Name>(() => loadPart(load), name);
}

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: z.object({ next: z.string().startsWith('/').optional().catch(undefined) }),
  component: lazyPage(() => import('./pages/session/login-page.tsx'), 'LoginPage'),
});

const changePassword = createRoute({
  getParentRoute: () => root,
  path: '/change-password',
  component: lazyPage(() => import('./pages/session/change-password-page.tsx'), 'ChangePasswordPage'),
});

/** Parent of all pages that require a login: loads the session before any page is shown. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  pendingComponent: SessionLoader,
  beforeLoad: async ({ context, location }) => {
    try {
      const session = await context.queryClient.ensureQueryData(sessionQuery);
      if (session.passwordChangeRequired) throw redirect({ to: '/change-password' });
    } catch (error) {
      if (error instanceof AdminApiError && error.code === 'unauthenticated') {
        throw redirect({ to: '/login', search: { next: `${location.pathname}${location.searchStr}` } });
      }
      throw error;
    }
  },
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: overviewSearch,
  component: lazyPage(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});
const welcome = createRoute({
  getParentRoute: () => shell,
  path: '/welcome',
  component: lazyPage(() => import('./pages/welcome/welcome-page.tsx'), 'WelcomePage'),
});
const credentials = createRoute({
  getParentRoute: () => shell,
  path: '/credentials',
  validateSearch: credentialsSearch,
  component: lazyPage(() => import('./pages/credentials/credentials-page.tsx'), 'CredentialsPage'),
});
const keys = createRoute({
  getParentRoute: () => shell,
  path: '/keys',
  component: lazyPage(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
});
const key = createRoute({
  getParentRoute: () => shell,
  path: '/keys/$id',
  component: lazyPage(() => import('./pages/keys/page/key-page.tsx'), 'KeyPage'),
});
const models = createRoute({
  getParentRoute: () => shell,
  path: '/models',
  component: lazyPage(() => import('./pages/models/models-page.tsx'), 'ModelsPage'),
});
const playground = createRoute({
  getParentRoute: () => shell,
  path: '/playground',
  component: lazyPage(() => import('./pages/playground/playground-page.tsx'), 'PlaygroundPage'),
});
const connect = createRoute({
  getParentRoute: () => shell,
  path: '/connect',
  validateSearch: connectSearch,
  component: lazyPage(() => import('./pages/connect/connect-page.tsx'), 'ConnectPage'),
});
const requests = createRoute({
  getParentRoute: () => shell,
  path: '/requests',
  validateSearch: requestsSearch,
  component: lazyPage(() => import('./pages/requests/requests-page.tsx'), 'RequestsPage'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: settingsSearch,
  component: lazyPage(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

const doctor = createRoute({
  getParentRoute: () => shell,
  path: '/doctor',
  component: lazyPage(() => import('./pages/doctor/doctor-page.tsx'), 'DoctorPage'),
});

/** Shown inside the frame, so that the navigation stays available. */
const elsewhere = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

const routeTree = root.addChildren([
  login,
  changePassword,
  shell.addChildren([
    overview,
    welcome,
    credentials,
    keys,
    key,
    models,
    playground,
    connect,
    requests,
    settings,
    doctor,
    elsewhere,
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    basepath: consolePath.slice(0, -1),
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: LoadFailure,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
