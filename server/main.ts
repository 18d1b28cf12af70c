import { runCommandLine } from './cli/program.ts';
import { createCommandLineServices } from './compose/command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), createCommandLineServices(process.env));
