import { z } from 'zod';

const memory = z.object({
  last: z
    .object({
      at: z.number(),
      ok: z.boolean(),
      file: z.string().nullable(),
      bytes: z.number().nullable(),
      message: z.string(),
    })
    .optional(),
  lastSuccessAt: z.number().optional(),
});

/** What is known of the backups that were made. */
export type BackupMemory = z.output<typeof memory>;

/** What a version stored that this one does not understand is forgotten. */
export function readBackupMemory(stored: unknown): BackupMemory {
  return memory.safeParse(stored).data ?? {};
}
