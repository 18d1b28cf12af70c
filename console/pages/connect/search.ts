import { z } from 'zod';

/** Which client's set-up is open, as it stands in the address. */
export const connectSearch = z.object({
  client: z.string().max(40).optional().catch(undefined),
});
