import type { Command } from 'commander';
import type { CommandContext } from './command-line.ts';
import { formatTable } from './format-table.ts';
import { runLongWork } from './long-work.ts';

/** The command `migrate-database`. */
export function addDatabaseCommands(program: Command, context: CommandContext): void {
  program
    .command('migrate-database')
    .description(
      'copy the SQLite database of the data folder into an empty PostgreSQL database; the server must be stopped',
    )
    .option('--to <url>', 'postgres://user:password@host/database; without it, DATABASE_URL')
    .option('--json', 'print JSON')
    .action((options: { to?: string; json?: boolean }) => migrate(context, options));
}

async function migrate(context: CommandContext, { to, json }: { to?: string; json?: boolean }): Promise<void> {
  const counts = await runLongWork(context, { title: 'Copying', unit: 'rows', quiet: json }, (work) =>
    context.services.migrateDatabase({ to, ...work }),
  );
  if (json) return context.print(JSON.stringify({ rows: Object.fromEntries(counts) }));
  const rows = [...counts].map(([table, count]) => [table, String(count)]);
  context.print(await formatTable([['TABLE', 'ROWS'], ...rows]));
  context.print(
    'All rows were copied, and the data folder is unchanged. Start the server with DATABASE_URL set to the new',
  );
  context.print('database, and the same secret key: SECRET_KEY, or secret.key in the data folder.');
}
