import type { UpstreamRoute } from './route.ts';
import { createUnifiedRoute } from './unified/index.ts';

/** Every wire of the Atlassian AI Gateway that the gateway speaks, by its name. */
export const upstreamRoutes: Readonly<Record<'unified', UpstreamRoute>> = {
  unified: createUnifiedRoute(),
};
