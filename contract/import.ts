import { z } from 'zod';
import { defineRoute } from './route.ts';

export const importStatuses = ['new', 'added', 'present', 'repeated', 'invalid', 'unreadable', 'skipped'] as const;

const line = z.object({
  file: z.string(),
  /** Where in the file; empty for the whole file. */
  place: z.string(),
  what: z.enum(['credential', 'key', 'password', 'file']),
  /** An email, or a masked key. */
  name: z.string(),
  status: z.enum(importStatuses),
  /** In English. Empty if `status` says everything. */
  message: z.string(),
});
export type ImportLine = z.infer<typeof line>;

/** Files written by other programs. The format is detected from the content. */
const files = z.object({
  files: z
    .array(
      z.object({
        name: z.string().min(1).max(500),
        /** The content of the file. */
        content: z.base64().max(30_000_000),
      }),
    )
    .min(1)
    .max(200),
});
const report = z.object({ lines: z.array(line) });

export const importRoutes = {
  /** Previews an import without changing anything. */
  plan: defineRoute({ method: 'POST', path: '/import/plan', body: files, response: report }),
  /** Imports the files and reports the result for each entry. */
  apply: defineRoute({ method: 'POST', path: '/import/apply', body: files, response: report }),
};
