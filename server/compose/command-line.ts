import { existsSync } from 'node:fs';
import type { CommandLineServices } from '../cli/command-line.ts';
import type { Config } from '../config.ts';
import { databasePath } from '../lib/data-folder.ts';
import { redactText } from '../lib/redact.ts';
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
      const { openData } = await import('./open-data.ts');
      // Often it is the wrong folder: the default is relative to where the command is run.
      if (isNewFolder(config))
        printNotice(`${config.dataDir} has no database: a new one is created. To use another, set DATA_DIR.`);
      return openData(config, {
        warn: printNotice,
        onError: (error) => printNotice(error instanceof Error ? error.message : String(error)),
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

function isNewFolder({ dataDir, databaseUrl }: Config): boolean {
  return databaseUrl === undefined && !existsSync(databasePath(dataDir));
}

/** Standard output is for results only. */
function printNotice(message: string): void {
  process.stderr.write(`atlassian-proxy: ${redactText(message)}\n`);
}
