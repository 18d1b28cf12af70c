import type { CommandLineServices } from '../cli/command-line.ts';
import { withoutUndefined } from '../lib/without-undefined.ts';
import { version } from './package.ts';

/**
 * Implements the operations of the commands. Each one loads its modules on demand, so that short commands start
 * quickly.
 */
export function createCommandLineServices(
  environment: Readonly<Record<string, string | undefined>>,
): CommandLineServices {
  const readSettings = async () => (await import('../config.ts')).readConfig(environment);
  return {
    version,
    async serve() {
      const config = await readSettings();
      const { serve } = await import('./serve.ts');
      return serve(config);
    },
    async demo(options) {
      const { runDemo } = await import('./demo.ts');
      return runDemo(environment, options);
    },
    async openData() {
      const config = await readSettings();
      const [{ createLog }, { openData }] = await Promise.all([import('./logger.ts'), import('./open-data.ts')]);
      const { logger } = createLog('warn', process.stderr);
      return openData(config, {
        warn: (message) => logger.warn(message),
        onError: (error) => logger.error({ err: error }, 'background work failed'),
        background: false,
      });
    },
    async doctor() {
      const config = await readSettings();
      const { openDoctor } = await import('./open-doctor.ts');
      return openDoctor(config);
    },
    async backUp(options) {
      const config = await readSettings();
      const { backUp } = await import('./back-up.ts');
      return backUp(config, options);
    },
    async verifyBackup({ onProgress, ...options }) {
      const { verifyBackup } = await import('../backup/read-backup.ts');
      return verifyBackup(options, onProgress);
    },
    async restore(options) {
      const config = await readSettings();
      const { restore } = await import('./back-up.ts');
      return restore(config, options);
    },
    async readImport(source) {
      const { readImport } = await import('./read-import.ts');
      return readImport(source);
    },
    async migrateDatabase({ to, ...work }) {
      const { readConfig } = await import('../config.ts');
      const { dataDir, databaseUrl } = readConfig({
        ...environment,
        ...withoutUndefined({ DATABASE_URL: to }),
      });
      if (databaseUrl === undefined) throw new Error('The destination is missing: set --to or DATABASE_URL.');
      const { moveDatabase } = await import('../store/move-database.ts');
      return moveDatabase({ dataDir, databaseUrl, ...work });
    },
  };
}
