import { settingsRoutes } from '../../../contract/settings.ts';
import { ownSession } from './admin-call.ts';
import { AdminFailure } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';
import { changedFieldNames } from './changed-fields.ts';
import { ConfigurationUnreadable, readConfiguration, writeConfiguration } from './configuration.ts';
import { FileNotOpened, openFile, sealFile } from './sealed-file.ts';

/** Bytes. Fits the contract's fifty million characters, with quotes escaped as JSON. */
const importLimit = 52_428_800;

/** Routes for the settings, configuration export and import, and the audit log. */
export function bindSettingsRoutes(services: AdminServices): BoundRoute[] {
  const { admin, settings, catalogue, publicUrl, isLocal } = services;
  return [
    bindRoute(settingsRoutes.get, () => settings.current()),
    bindRoute(settingsRoutes.edit, async ({ body, audit }) => {
      const edited = await settings.edit(body);
      const names = Object.entries(body).map(
        ([section, changes]) => `${section} (${changedFieldNames(changes ?? {})})`,
      );
      await audit('settings.edit', '', `changed: ${names.join(', ')}`);
      return edited;
    }),
    bindRoute(settingsRoutes.export, async ({ body, session, audit }) => {
      await admin.confirmPassword(body.password, ownSession(session).id);
      const file = await sealFile(await writeConfiguration(services), body.passphrase);
      await audit('settings.export');
      return { file };
    }),
    bindRoute(
      settingsRoutes.import,
      async ({ body, audit }) => {
        const text = await openFile(body.file, body.passphrase).catch(refuseFile);
        const result = await readConfiguration(text, services).catch(refuseFile);
        const { credentials, keys, models, channels } = result;
        await audit(
          'settings.import',
          '',
          `added ${credentials} credentials, ${keys} keys, ${models} models, ${channels} channels`,
        );
        return result;
      },
      { bodyLimit: importLimit },
    ),
    bindRoute(settingsRoutes.audit, ({ query }) => admin.audit.list(query)),
    bindRoute(settingsRoutes.connection, ({ request }) => ({
      baseUrl: `${publicUrl === undefined ? `${request.protocol}://${request.host}` : publicUrl.origin + publicUrl.basePath}/v1`,
      models: catalogue.list().map((model) => model.id),
      // With `PUBLIC_URL`, a proxy accepts outside connections.
      loopbackOnly: isLocal && publicUrl === undefined,
    })),
  ];
}

function refuseFile(error: unknown): never {
  if (error instanceof FileNotOpened) throw new AdminFailure('invalid_input', error.message, { field: error.field });
  if (error instanceof ConfigurationUnreadable) {
    throw new AdminFailure('invalid_input', error.message, { field: 'file' });
  }
  throw error;
}
