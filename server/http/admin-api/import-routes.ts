import { importRoutes } from '../../../contract/import.ts';
import type { ReadFile } from '../../import/found.ts';
import { applyImport, planImport } from '../../import/import.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';

/** Bytes of all files together, encoded as base64 in JSON. */
const bodyLimit = 33_554_432;

/** Imports files that other programs wrote. */
export function bindImportRoutes(services: Pick<AdminServices, 'pool' | 'keys' | 'admin'>): BoundRoute[] {
  const read = async ({ files }: { files: readonly { name: string; content: string }[] }): Promise<ReadFile[]> => {
    // Loaded on demand: imports are rare and the parsers take some memory.
    const { readFiles } = await import('../../import/read-file.ts');
    return readFiles(files.map(({ name, content }) => ({ name, bytes: Buffer.from(content, 'base64') })));
  };
  return [
    bindRoute(importRoutes.plan, async ({ body }) => ({ lines: [...planImport(await read(body), services).lines] }), {
      bodyLimit,
      isReadOnly: true,
    }),
    bindRoute(
      importRoutes.apply,
      async ({ body, address }) => ({ lines: await applyImport(await read(body), services, { address }) }),
      { bodyLimit },
    ),
  ];
}
