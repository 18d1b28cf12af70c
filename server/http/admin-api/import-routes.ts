import { importRoutes } from '../../../contract/import.ts';
import { applyImport, planImport } from '../../import/import.ts';
import { readFiles } from '../../import/read-file.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';

/** Bytes of all files together, as base64 in JSON. */
const bodyLimit = 33_554_432;

/** What other programs kept, uploaded. */
export function bindImportRoutes(services: Pick<AdminServices, 'pool' | 'keys' | 'admin'>): BoundRoute[] {
  const read = ({ files }: { files: readonly { name: string; content: string }[] }) =>
    readFiles(files.map(({ name, content }) => ({ name, bytes: Buffer.from(content, 'base64') })));
  return [
    bindRoute(importRoutes.plan, ({ body }) => ({ lines: [...planImport(read(body), services).lines] }), {
      bodyLimit,
      keepsNothing: true,
    }),
    bindRoute(
      importRoutes.apply,
      async ({ body, address }) => ({ lines: await applyImport(read(body), services, { address }) }),
      { bodyLimit },
    ),
  ];
}
