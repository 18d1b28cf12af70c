import type { Command } from 'commander';
import type { ReadFile } from '../import/found.ts';
import type { ImportLine, ImportStatus } from '../import/import.ts';
import { applyImport, planImport } from '../import/import.ts';
import { ask } from './ask.ts';
import { type CommandContext, CommandFailure } from './command-line.ts';
import { formatTable } from './format-table.ts';
import { Interrupted, interruptible } from './interruptible.ts';
import { showProgress } from './progress.ts';

interface ImportOptions {
  readonly from?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const statusWords: Readonly<Record<ImportStatus, string>> = {
  new: 'new',
  added: 'added',
  present: 'here already',
  repeated: 'repeated',
  invalid: 'INVALID',
  unreadable: 'UNREADABLE',
  skipped: 'not done',
};

/** The command `import`. */
export function addImportCommand(program: Command, context: CommandContext): void {
  program
    .command('import')
    .description(
      'import credentials, client keys and the password from databases, environment files, auth folders and configurations of other programs',
    )
    .argument('[paths...]', 'files, or folders of files')
    .option('--from <url>', 'URL of the PostgreSQL database of the Go program: postgres://…')
    .option('--yes', 'import without confirmation')
    .option('--json', 'print JSON; without --yes nothing is imported')
    .action((paths: string[], options: ImportOptions) => importAll(context, paths, options));
}

async function importAll(context: CommandContext, paths: readonly string[], options: ImportOptions): Promise<void> {
  const { services } = context;
  if (paths.length === 0 && options.from === undefined) {
    throw new CommandFailure('nothing to import: give a file, a folder, or --from postgres://…');
  }
  const files = await services.readImport({ paths, from: options.from });
  const lines = await context.withData(async (data) => {
    const plan = planImport(files, data);
    if (!options.json) await printPlan(context, plan.lines);
    if (!(await isWanted(context, plan.lines, options))) return plan.lines;
    return apply(context, files, data, options);
  });
  report(context, lines, options);
}

async function isWanted({ streams }: CommandContext, lines: readonly ImportLine[], { yes, json }: ImportOptions) {
  if (!lines.some(({ status }) => status === 'new')) return false;
  if (yes || json) return yes === true;
  return ask(streams, `Import ${countOf(lines, 'new')}?`);
}

function apply(
  { streams }: CommandContext,
  files: readonly ReadFile[],
  data: Parameters<typeof applyImport>[1],
  { json }: ImportOptions,
): Promise<ImportLine[]> {
  const progress = showProgress(streams, { title: 'Importing', unit: 'lines', quiet: json });
  return interruptible(async (signal) => {
    try {
      return await applyImport(files, data, { signal, onProgress: progress.update });
    } finally {
      progress.end();
    }
  });
}

function report(context: CommandContext, lines: readonly ImportLine[], { json }: ImportOptions): void {
  if (json) context.print(JSON.stringify({ lines }));
  const added = countOf(lines, 'added');
  if (!json && lines.some(({ status }) => status === 'added')) context.print(`Imported ${added}.`);
  else if (!json) context.print('Nothing was changed.');
  if (lines.some(({ status }) => status === 'skipped')) {
    throw new Interrupted('interrupted: what was imported is kept; run the command again for the rest');
  }
  const bad = lines.filter(({ status }) => status === 'invalid' || status === 'unreadable').length;
  if (bad > 0) throw new CommandFailure(`${bad} ${bad === 1 ? 'line' : 'lines'} could not be used`);
}

async function printPlan({ print }: CommandContext, lines: readonly ImportLine[]): Promise<void> {
  const rows = lines.map(({ file, place, what, name, status, message }) => [
    place === '' ? file : `${file}, ${place}`,
    what,
    name,
    statusWords[status],
    message,
  ]);
  print(await formatTable([['WHERE', 'WHAT', 'NAME', 'IS', ''], ...rows]));
}

/** Like `3 credentials, 1 key and the password`. */
function countOf(lines: readonly ImportLine[], status: ImportStatus): string {
  const count = (what: ImportLine['what']) =>
    lines.filter((line) => line.what === what && line.status === status).length;
  const plural = (number: number, noun: string) => `${number} ${number === 1 ? noun : `${noun}s`}`;
  const parts = [
    ...(count('credential') > 0 ? [plural(count('credential'), 'credential')] : []),
    ...(count('key') > 0 ? [plural(count('key'), 'key')] : []),
    ...(count('password') > 0 ? ['the password'] : []),
  ];
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
