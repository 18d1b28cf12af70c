import { backupRoutes } from '../../../contract/backup.ts';
import { PassphraseMissing } from '../../backup/schedule.ts';
import { ownSession } from './admin-call.ts';
import { AdminFailure } from './admin-failure.ts';
import type { AdminServices } from './admin-services.ts';
import { type BoundRoute, bindRoute } from './bind-route.ts';

/** Daily backups. */
export function bindBackupRoutes({
  backups,
  settings,
  admin,
}: Pick<AdminServices, 'backups' | 'settings' | 'admin'>): BoundRoute[] {
  return [
    bindRoute(backupRoutes.get, async () => {
      const { isRunning, hasPassphrase, last = null, lastSuccessAt = null, nextAt = null } = backups.state();
      const { enabled } = settings.current().backup;
      const files = [...(await backups.files())];
      return { enabled, isRunning, hasPassphrase, folder: backups.folder(), last, lastSuccessAt, nextAt, files };
    }),
    bindRoute(backupRoutes.setPassphrase, async ({ body, session, audit }) => {
      await admin.confirmPassword(body.password, ownSession(session).id);
      await backups.setPassphrase(body.passphrase);
      await audit('backup.passphrase');
    }),
    bindRoute(backupRoutes.run, async ({ audit }) => {
      const result = await backups.backUpNow().catch((error: unknown) => {
        if (error instanceof PassphraseMissing) throw new AdminFailure('conflict', error.message);
        throw error;
      });
      await audit('backup.run', result.file ?? '', result.message);
      return result;
    }),
  ];
}
