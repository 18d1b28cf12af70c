import {
  IconActivity,
  IconChartHistogram,
  IconKey,
  IconMessage,
  IconPlug,
  IconSettings,
  IconStack2,
  IconStethoscope,
  IconUsers,
} from '@tabler/icons-react';

/** The pages that the menu and the command palette lead to. A name is a text under `shell`. */
export const navigationGroups = [
  {
    name: null,
    links: [{ to: '/', name: 'overview', icon: IconChartHistogram }],
  },
  {
    name: 'serve',
    links: [
      { to: '/credentials', name: 'credentials', icon: IconUsers },
      { to: '/keys', name: 'keys', icon: IconKey },
      { to: '/models', name: 'models', icon: IconStack2 },
    ],
  },
  {
    name: 'use',
    links: [
      { to: '/playground', name: 'playground', icon: IconMessage },
      { to: '/connect', name: 'connect', icon: IconPlug },
      { to: '/requests', name: 'requests', icon: IconActivity },
    ],
  },
  {
    name: 'manage',
    links: [
      { to: '/settings', name: 'settings', icon: IconSettings },
      { to: '/doctor', name: 'doctor', icon: IconStethoscope },
    ],
  },
] as const;
