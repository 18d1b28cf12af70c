import { runCommandLine } from './cli/program.ts';
import { createCommandLineServices } from './compose/command-line.ts';

// Readers that exit early, as in `… | head -1`, are not an error.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
process.exitCode = await runCommandLine(process.argv.slice(2), createCommandLineServices(process.env));
