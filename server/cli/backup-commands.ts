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

/** `backup`, `verify`, `restore`. */
export function addBackupCommands(program: Command, context: CommandContext): void {
  program
    .command('backup')
    .description(
      'write all that is kept into one encrypted file, while the server runs or not; the passphrase is read from standard input',
    )
    .requiredOption('--out <file>', 'the file to write, or a folder for one that is named by the time')
    .option('--without-usage', 'the configuration only: no requests, no usage')
    .option('--json', 'print JSON')
    .action(({ withoutUsage, ...options }: { out: string; withoutUsage?: boolean; json?: boolean }) =>
      backUp(context, { ...options, usage: withoutUsage !== true }),
    );
  program
    .command('verify')
    .description('read all of a backup and say whether it is good; nothing is written')
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
  printCounts(context, counts);
  context.print(`${file} is written: ${bytes.toLocaleString('en')} bytes. Without its passphrase nobody can read it.`);
}

async function verify(context: CommandContext, file: string, { json }: { json?: boolean }): Promise<void> {
  const passphrase = await askPassphrase(context);
  const { head, counts } = await runLongWork(context, { title: 'Checking', unit: 'bytes', quiet: json }, (work) =>
    context.services.verifyBackup({ file, passphrase, ...work }),
  );
  if (json) return context.print(JSON.stringify({ ...describe(head), rows: Object.fromEntries(counts) }));
  printCounts(context, counts);
  context.print(`The backup is whole. It was written by version ${head.version} at ${formatTime(head.createdAt)}.`);
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
  printCounts(context, counts);
  context.print('All rows are there: start the server. Everybody has to log in again.');
}

const describe = ({ version, createdAt, withUsage }: BackupHead) => ({
  version,
  createdAt: new Date(createdAt).toISOString(),
  withUsage,
});

const askPassphrase = ({ streams }: CommandContext) => readSecret(streams, 'Passphrase of the backup:', 'passphrase');

function printCounts({ print }: CommandContext, counts: ReadonlyMap<string, number>): void {
  print(formatTable([['TABLE', 'ROWS'], ...[...counts].map(([table, count]) => [table, String(count)])]));
}
