import { z } from 'zod';

/** URL parameters of the Connect page: the client whose set-up is open. */
export const connectSearch = z.object({
  client: z.string().max(40).optional().catch(undefined),
});
