import { z } from 'zod';
import { count, passphrase, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

const result = z.object({
  at: timestamp,
  ok: z.boolean(),
  file: z.string().nullable(),
  bytes: count.nullable(),
  /** Why the backup failed, in English. Empty on success. */
  message: z.string(),
});

/** Daily backups. The settings say when and where they are made. */
export const backupRoutes = {
  get: defineRoute({
    method: 'GET',
    path: '/backup',
    response: z.object({
      enabled: z.boolean(),
      hasPassphrase: z.boolean(),
      isRunning: z.boolean(),
      /** Absolute path on the server. */
      folder: z.string(),
      last: result.nullable(),
      lastSuccessAt: timestamp.nullable(),
      /** null if backups are disabled or have no passphrase. */
      nextAt: timestamp.nullable(),
      /** Newest first. */
      files: z.array(z.object({ name: z.string(), bytes: count, at: timestamp })),
    }),
  }),
  /** Requires the admin's password. Existing files keep the passphrase that they were written with. */
  setPassphrase: defineRoute({
    method: 'POST',
    path: '/backup/passphrase',
    body: z.object({ password: z.string().min(1).max(1024), passphrase }),
  }),
  /** Makes a backup now and responds when it is done. */
  run: defineRoute({ method: 'POST', path: '/backup/run', response: result }),
};
