import type { Command } from 'commander';
import type { BackupHead } from '../backup/backup-content.ts';
import type { CommandContext, LongWork } from './command-line.ts';
import { formatTable, formatTime } from './format-table.ts';
import { runLongWork } from './long-work.ts';
import { showProgress } from './progress.ts';
import { readNewPassphrase, readSecret } from './read-secret.ts';

interface BackupOptions {
  readonly out: string;
  readonly usage: boolean;
  readonly json?: boolean;
}

/** The commands `backup`, `verify` and `restore`. */
export function addBackupCommands(program: Command, context: CommandContext): void {
  program
    .command('backup')
    .description(
      'write all data into one encrypted file, whether or not the server is running; the passphrase is read from standard input',
    )
    .requiredOption('--out <file>', 'the file to write, or a folder for a file named after the time')
    .option('--without-usage', 'only the configuration, no requests and no usage')
    .option('--json', 'print JSON')
    .action(({ withoutUsage, ...options }: { out: string; withoutUsage?: boolean; json?: boolean }) =>
      backUp(context, { ...options, usage: withoutUsage !== true }),
    );
  program
    .command('verify')
    .description('read a whole backup and check that it is valid, without writing anything')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) => verify(context, file, options));
  program
    .command('restore')
    .description(
      'restore a backup into an empty data folder or database (DATA_DIR, DATABASE_URL); the server must be stopped',
    )
    .argument('<file>')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) => restore(context, file, options));
}

async function backUp(context: CommandContext, { out, usage, json }: BackupOptions): Promise<void> {
  const passphrase = await readNewPassphrase(context.streams);
  const { file, bytes, counts } = await runLongWork(
    context,
    { title: 'Backing up', unit: 'rows', quiet: json },
    (work) => context.services.backUp({ out, passphrase, withUsage: usage, ...work }),
  );
  if (json) return context.print(JSON.stringify({ file, bytes, rows: Object.fromEntries(counts) }));
  await printCounts(context, counts);
  context.print(`${file} was written: ${bytes.toLocaleString('en')} bytes. It cannot be read without its passphrase.`);
}

async function verify(context: CommandContext, file: string, { json }: { json?: boolean }): Promise<void> {
  const passphrase = await askPassphrase(context);
  const { head, counts } = await runLongWork(context, { title: 'Checking', unit: 'bytes', quiet: json }, (work) =>
    context.services.verifyBackup({ file, passphrase, ...work }),
  );
  if (json) return context.print(JSON.stringify({ ...describe(head), rows: Object.fromEntries(counts) }));
  await printCounts(context, counts);
  context.print(`The backup is valid. It was written by version ${head.version} at ${formatTime(head.createdAt)}.`);
}

async function restore(context: CommandContext, file: string, { json }: { json?: boolean }): Promise<void> {
  const passphrase = await askPassphrase(context);
  const checking = showProgress(context.streams, { title: 'Checking', unit: 'bytes', quiet: json });
  const restoreNow = async (work: LongWork) => {
    const onProgress: LongWork['onProgress'] = (done, total) => {
      checking.end();
      work.onProgress(done, total);
    };
    try {
      return await context.services.restore({ file, passphrase, ...work, onProgress, onVerify: checking.update });
    } finally {
      checking.end();
    }
  };
  const { head, counts } = await runLongWork(context, { title: 'Restoring', unit: 'rows', quiet: json }, restoreNow);
  if (json) return context.print(JSON.stringify({ ...describe(head), rows: Object.fromEntries(counts) }));
  await printCounts(context, counts);
  context.print('All rows were restored. Start the server; the admin must log in again.');
}

const describe = ({ version, createdAt, withUsage }: BackupHead) => ({
  version,
  createdAt: new Date(createdAt).toISOString(),
  withUsage,
});

const askPassphrase = ({ streams }: CommandContext) => readSecret(streams, 'Passphrase of the backup:', 'passphrase');

async function printCounts({ print }: CommandContext, counts: ReadonlyMap<string, number>): Promise<void> {
  print(await formatTable([['TABLE', 'ROWS'], ...[...counts].map(([table, count]) => [table, String(count)])]));
}
