import type { Command } from 'commander';
import { type CommandContext, CommandFailure } from './command-line.ts';
import { formatTable, formatTime } from './format-table.ts';

/** The commands `keys create | list | revoke`. */
export function addKeyCommands(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('manage the API keys');
  keys
    .command('create')
    .description('generate an API key and print it')
    .requiredOption('--name <name>', 'what it is for')
    .option('--json', 'print JSON')
    .action((options: { name: string; json?: boolean }) => create(context, options));
  keys
    .command('list')
    .description('list the API keys')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => list(context, options));
  keys
    .command('revoke')
    .description('revoke an API key permanently')
    .argument('<key>', 'its id, or its name if no other key has the same')
    .action((name: string) => revoke(context, name));
}

async function create(context: CommandContext, options: { name: string; json?: boolean }): Promise<void> {
  const name = options.name.trim();
  if (name === '' || name.length > 100) throw new CommandFailure('a key needs a name of 1 to 100 characters');
  await context.withData(async ({ keys, admin }) => {
    const { key, secret } = await keys.generate({ name });
    await admin.audit.record({ action: 'key.generate', target: name, detail: key.masked });
    context.print(options.json ? JSON.stringify({ id: key.id, name, key: secret }) : secret);
  });
}

async function list(context: CommandContext, { json }: { json?: boolean }): Promise<void> {
  await context.withData(async ({ keys }) => {
    const all = keys.list();
    if (json) {
      const shown = all.map(({ id, name, masked, enabled, createdAt, expiresAt, lastUsedAt }) => {
        return { id, name, maskedKey: masked, enabled, createdAt, expiresAt, lastUsedAt };
      });
      return context.print(JSON.stringify(shown));
    }
    if (all.length === 0) return context.print('No keys yet. Create one with "keys create --name …".');
    const rows = all.map((key) => [
      key.id,
      key.name,
      key.masked,
      key.enabled ? 'enabled' : 'disabled',
      formatTime(key.lastUsedAt),
    ]);
    context.print(await formatTable([['ID', 'NAME', 'KEY', 'STATE', 'LAST USED'], ...rows]));
  });
}

async function revoke(context: CommandContext, name: string): Promise<void> {
  await context.withData(async ({ keys, admin }) => {
    const all = keys.list();
    const byId = all.filter((key) => key.id === name);
    const found = byId.length > 0 ? byId : all.filter((key) => key.name === name);
    const [key] = found;
    if (key === undefined) throw new CommandFailure(`there is no key "${name}"`);
    if (found.length > 1) throw new CommandFailure(`${found.length} keys are named "${name}": give the id`);
    await keys.revoke(key.id);
    await admin.audit.record({ action: 'key.revoke', target: key.name, detail: key.masked });
    context.print(`Revoked ${key.name} (${key.masked}).`);
  });
}
