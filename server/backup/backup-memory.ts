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

/** What is known about previous backups. */
export type BackupMemory = z.output<typeof memory>;

/** Parses the stored memory. An invalid one counts as empty. */
export function readBackupMemory(stored: unknown): BackupMemory {
  return memory.safeParse(stored).data ?? {};
}
