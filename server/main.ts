#!/usr/bin/env node
import { prepareRuntime } from './compose/prepare-runtime.ts';

prepareRuntime();
const { runCommandLine } = await import('./cli/program.ts');
const { createCommandLineServices } = await import('./compose/command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2), createCommandLineServices(process.env));
