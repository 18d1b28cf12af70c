import { Command, CommanderError } from 'commander';
import { redactText } from '../lib/redact.ts';
import { addBackupCommands } from './backup-commands.ts';
import type { CommandContext, CommandLineServices, Streams } from './command-line.ts';
import { addCredentialCommands } from './credential-commands.ts';
import { addDatabaseCommands } from './database-commands.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addImportCommand } from './import-command.ts';
import { Interrupted } from './interruptible.ts';
import { addKeyCommands } from './key-commands.ts';

const failed = 1;
const misused = 2;

/**
 * Runs one command.
 *
 * @param args without the program's name
 * @returns the exit code: 0, 1 if the command failed (with one line on standard error), 2 if the usage was wrong (with
 * the usage on standard error)
 */
export async function runCommandLine(
  args: readonly string[],
  services: CommandLineServices,
  streams: Streams = process,
): Promise<number> {
  try {
    // Commander's own default command would take an unknown command for an argument.
    await buildProgram(services, streams).parseAsync(args.length === 0 ? ['serve'] : args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has already printed the help or the usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : misused;
    const message = error instanceof Error ? error.message : String(error);
    streams.stderr.write(`atlassian-proxy: ${redactText(message)}\n`);
    return error instanceof Interrupted ? error.exitCode : failed;
  }
}

function buildProgram(services: CommandLineServices, streams: Streams): Command {
  const context: CommandContext = {
    services,
    streams,
    async withData(work) {
      const data = await services.openData();
      try {
        return await work(data);
      } finally {
        await data.close();
      }
    },
    print: (line) => {
      streams.stdout.write(`${line}\n`);
    },
  };
  const program = new Command('atlassian-proxy')
    .description('A self-hosted gateway that serves the models behind the Atlassian AI Gateway.')
    .version(services.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    })
    .showHelpAfterError();
  program
    .command('serve')
    .description('run the gateway (the default)')
    .action(() => services.serve());
  program
    .command('demo')
    .description('run a simulated Atlassian AI Gateway with the gateway in front of it')
    .option('--busy', 'with accounts in every state, a month of records, and clients that keep sending requests')
    .action(({ busy = false }: { busy?: boolean }) => services.demo({ busy }));
  addCredentialCommands(program, context);
  addKeyCommands(program, context);
  addResetPassword(program, context);
  addImportCommand(program, context);
  addBackupCommands(program, context);
  addDatabaseCommands(program, context);
  addDoctorCommand(program, context);
  return program;
}

function addResetPassword(program: Command, context: CommandContext): void {
  const { streams } = context;
  program
    .command('reset-password')
    .description('set and print a new admin password that must be changed at the next login; ends all sessions')
    .option('--remove-second-factor', 'also disable the second factor, if it was lost')
    .option('--json', 'print JSON')
    .action(({ removeSecondFactor = false, json }: { removeSecondFactor?: boolean; json?: boolean }) =>
      context.withData(async ({ admin }) => {
        const password = await admin.resetPassword({ removeSecondFactor });
        context.print(json ? JSON.stringify({ password }) : password);
        if (streams.stderr.isTTY) streams.stderr.write('Log in with it and choose another. All sessions have ended.\n');
      }),
    );
}
