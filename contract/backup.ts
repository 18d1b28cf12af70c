import { z } from 'zod';
import { count, passphrase, timestamp } from './common.ts';
import { defineRoute } from './route.ts';

const result = z.object({
  at: timestamp,
  ok: z.boolean(),
  file: z.string().nullable(),
  bytes: count.nullable(),
  /** Why there is none, in English; empty when all went well. */
  message: z.string(),
});

/** Daily backups; when and where they are made, the settings say. */
export const backupRoutes = {
  get: defineRoute({
    method: 'GET',
    path: '/backup',
    response: z.object({
      enabled: z.boolean(),
      hasPassphrase: z.boolean(),
      isRunning: z.boolean(),
      /** On the server, as a whole path. */
      folder: z.string(),
      last: result.nullable(),
      lastSuccessAt: timestamp.nullable(),
      /** null while there is no schedule, or no passphrase. */
      nextAt: timestamp.nullable(),
      /** Newest first. */
      files: z.array(z.object({ name: z.string(), bytes: count, at: timestamp })),
    }),
  }),
  /** Asks for the admin's password. Files that are there already keep the passphrase that they were written with. */
  setPassphrase: defineRoute({
    method: 'POST',
    path: '/backup/passphrase',
    body: z.object({ password: z.string().min(1).max(1024), passphrase }),
  }),
  /** Makes one now, and answers once it is done. */
  run: defineRoute({ method: 'POST', path: '/backup/run', response: result }),
};
