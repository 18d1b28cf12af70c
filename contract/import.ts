import { z } from 'zod';
import { defineRoute } from './route.ts';

export const importStatuses = ['new', 'added', 'present', 'repeated', 'invalid', 'unreadable', 'skipped'] as const;

const line = z.object({
  file: z.string(),
  /** Where in the file; empty for all of it. */
  place: z.string(),
  what: z.enum(['credential', 'key', 'password', 'file']),
  /** An email, or a key masked. */
  name: z.string(),
  status: z.enum(importStatuses),
  /** In English; empty when the status says it all. */
  message: z.string(),
});
export type ImportLine = z.infer<typeof line>;

/** Files of other programs, each told by its content. */
const files = z.object({
  files: z
    .array(
      z.object({
        name: z.string().min(1).max(500),
        /** The file's bytes. */
        content: z.base64().max(30_000_000),
      }),
    )
    .min(1)
    .max(200),
});
const report = z.object({ lines: z.array(line) });

export const importRoutes = {
  /** What would be done; changes nothing. */
  plan: defineRoute({ method: 'POST', path: '/import/plan', body: files, response: report }),
  /** Does it, and says of each line what came of it. */
  apply: defineRoute({ method: 'POST', path: '/import/apply', body: files, response: report }),
};
