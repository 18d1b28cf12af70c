import { z } from 'zod';

export const settingsTabs = [
  'account',
  'pool',
  'timeouts',
  'retention',
  'memory',
  'appearance',
  'alerts',
  'backup',
  'import',
  'replicas',
  'audit',
] as const;

/** The tab is stored in the URL, so that it can be linked to. */
export const settingsSearch = z.object({ tab: z.enum(settingsTabs).optional().catch(undefined) });
