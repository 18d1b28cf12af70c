import type { Command } from 'commander';
import { credentialFields } from '../../contract/credential-fields.ts';
import { maskSecret } from '../lib/mask-secret.ts';
import { CredentialExists } from '../pool/credential.ts';
import type { CredentialView } from '../pool/credential-view.ts';
import { isCredential, readCredential } from '../pool/import-credentials.ts';
import { type CommandContext, CommandFailure, type CommandLineData } from './command-line.ts';
import { formatTable, formatTime } from './format-table.ts';
import { readSecret } from './read-secret.ts';

/** Timeout of a test; milliseconds. */
const testTimeout = 30_000;

/** The commands `credentials add | list | remove | test`. */
export function addCredentialCommands(program: Command, context: CommandContext): void {
  const credentials = program.command('credentials').description('manage the Atlassian credentials');
  credentials
    .command('add')
    .description('add a credential; its API token is read from standard input')
    .requiredOption('--email <email>', "the account's email")
    .option('--label <label>', 'a name for display')
    .option('--cloud-id <id>', 'the site whose plan is billed for requests')
    .option('--json', 'print JSON')
    .action((options: AddOptions) => add(context, options));
  credentials
    .command('list')
    .description('list the credentials')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => list(context, options));
  credentials
    .command('remove')
    .description('remove a credential')
    .argument('<credential>', 'its id or email')
    .action((name: string) => remove(context, name));
  credentials
    .command('test')
    .description('check with Atlassian whether a credential works')
    .argument('<credential>', 'its id or email')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: boolean }) => test(context, name, options));
}

interface AddOptions {
  readonly email: string;
  readonly label?: string;
  readonly cloudId?: string;
  readonly json?: boolean;
}

async function add(context: CommandContext, { json, ...options }: AddOptions): Promise<void> {
  if (!credentialFields.email.safeParse(options.email).success) {
    throw new CommandFailure(`"${options.email}" is not an email address`);
  }
  const credential = readCredential({ ...options, token: await readSecret(context.streams, 'API token:') });
  if (!isCredential(credential)) throw new CommandFailure(credential.message);
  const { email } = credential;
  await context.withData(async ({ pool, admin }) => {
    const view = await pool.add(credential).catch((error: unknown) => {
      throw error instanceof CredentialExists ? new CommandFailure(`a credential for ${email} already exists`) : error;
    });
    await admin.audit.record({ action: 'credential.add', target: view.credential.label || email });
    context.print(json ? JSON.stringify(encode(view)) : `Added ${email} (${view.credential.id}).`);
  });
}

async function list(context: CommandContext, { json }: { json?: boolean }): Promise<void> {
  await context.withData(async ({ pool }) => {
    const views = pool.list();
    if (json) return context.print(JSON.stringify(views.map(encode)));
    if (views.length === 0) return context.print('No credentials yet. Add one with "credentials add --email …".');
    const rows = views.map(({ credential, state, lastUsedAt }) => [
      credential.id,
      credential.email,
      credential.label,
      credential.enabled ? state.name : 'disabled',
      formatTime(lastUsedAt),
    ]);
    context.print(await formatTable([['ID', 'EMAIL', 'LABEL', 'STATE', 'LAST USED'], ...rows]));
  });
}

async function remove(context: CommandContext, name: string): Promise<void> {
  await context.withData(async (data) => {
    const { credential } = findCredential(data, name);
    await data.pool.remove(credential.id);
    await data.admin.audit.record({ action: 'credential.delete', target: credential.label || credential.email });
    context.print(`Removed ${credential.email}.`);
  });
}

async function test(context: CommandContext, name: string, { json }: { json?: boolean }): Promise<void> {
  await context.withData(async (data) => {
    const result = await data.pool.test(findCredential(data, name).credential.id, AbortSignal.timeout(testTimeout));
    if (result === undefined) throw new CommandFailure(`there is no credential "${name}"`);
    if (json) context.print(JSON.stringify(result));
    if (!result.ok) throw new CommandFailure(result.message);
    if (!json) context.print(result.message);
  });
}

function findCredential({ pool }: CommandLineData, name: string): CredentialView {
  const view = pool
    .list()
    .find(({ credential }) => credential.id === name || credential.email.toLowerCase() === name.toLowerCase());
  if (view === undefined) throw new CommandFailure(`there is no credential "${name}"`);
  return view;
}

/** The JSON output, without the token. */
function encode({ credential, state, lastUsedAt }: CredentialView) {
  return {
    id: credential.id,
    email: credential.email,
    label: credential.label,
    maskedToken: maskSecret(credential.token, 4),
    cloudId: credential.cloudId,
    enabled: credential.enabled,
    state: state.name,
    createdAt: credential.createdAt,
    lastUsedAt,
  };
}
