// In a cascade layer, so that our own styles win, whatever the order in which files are loaded.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './ui/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { consolePath } from './console-path.ts';
import { startTranslation } from './i18n/index.ts';
import { printInLightColors } from './print-scheme.ts';
import { createQueryClient } from './query-client.ts';
import { createConsoleRouter } from './router.tsx';
import { ThemeProvider } from './theme-provider.tsx';
import { ConfirmProvider } from './ui/confirm.tsx';
import { NoticeArea } from './ui/notice-area.tsx';

// By default zod compiles its parsers with `new Function`, which the Content-Security-Policy forbids.
z.config({ jitless: true });

// The console was opened directly although the gateway has a base path: it also answers under that path.
if (!window.location.pathname.startsWith(consolePath.slice(0, -1))) window.location.replace(consolePath);

const queryClient = createQueryClient(() => router);
const router = createConsoleRouter(queryClient);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

printInLightColors();
await startTranslation();
createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <QueryClientProvider client={queryClient}>
        <ConfirmProvider>
          <RouterProvider router={router} />
        </ConfirmProvider>
        <NoticeArea />
      </QueryClientProvider>
    </ThemeProvider>
  </StrictMode>,
);
