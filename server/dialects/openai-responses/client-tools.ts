import type { JsonSchema } from '../../conversation/request.ts';
import { isRecord, type JsonRecord, parseJson, readArray, readNumber, readRecord, readText } from '../../lib/json.ts';
import { flatName } from './flat-name.ts';

/*
 * OpenAI's tools that the client runs. OpenAI's models know them by their types; other models, and routes that refuse
 * the type, get functions with the parameters of the calls (https://platform.openai.com/docs/guides/tools-shell,
 * https://platform.openai.com/docs/guides/tools-apply-patch, https://platform.openai.com/docs/guides/tools-tool-search).
 */

export type ClientToolType = 'local_shell' | 'shell' | 'apply_patch' | 'tool_search';
type CallPrefix = 'lsh' | 'sh' | 'apc' | 'tsc';

/** Describes a tool to a model that does not know its type, and converts its calls. */
interface ClientTool {
  readonly description: string;
  readonly parameters: JsonSchema;
  /** The start of its calls' ids. */
  readonly prefix: CallPrefix;
  /** The arguments of a function, by the item of a call. */
  readonly readCall: (item: JsonRecord) => JsonRecord;
  /** The members of a call's item, by the arguments of a function, which may be incomplete. */
  readonly writeCall: (written: JsonRecord) => JsonRecord;
  /** Converts the item of a result to the text that the model gets. */
  readonly readResult: (item: JsonRecord) => string;
}

const text = (description: string) => ({ type: 'string', description });
const texts = (description: string) => ({ type: 'array', items: { type: 'string' }, description });
const number = (description: string) => ({ type: 'integer', description });
const timeout = number('Milliseconds after which the command is stopped.');

const clientTools: Readonly<Record<ClientToolType, ClientTool>> = {
  local_shell: {
    description: "Runs a command on the user's computer and returns its output.",
    parameters: {
      type: 'object',
      properties: {
        command: texts('The program and its arguments, for example ["bash", "-lc", "ls"].'),
        working_directory: text('Where to run the command.'),
        timeout_ms: timeout,
      },
      required: ['command'],
    },
    prefix: 'lsh',
    readCall: ({ action }) => withoutEmpty(readRecord(action), ['type', 'env']),
    writeCall: ({ command, working_directory: place, timeout_ms: limit }) => ({
      action: {
        type: 'exec',
        command: typeof command === 'string' ? ['bash', '-lc', command] : textsIn(command),
        env: {},
        ...(typeof place === 'string' && { working_directory: place }),
        ...(readNumber(limit) !== undefined && { timeout_ms: readNumber(limit) }),
      },
    }),
    readResult: ({ output }) => readText(output) ?? '',
  },
  shell: {
    description: "Runs shell commands on the user's computer and returns their output.",
    parameters: {
      type: 'object',
      properties: {
        commands: texts('The commands.'),
        timeout_ms: timeout,
        max_output_length: number('The largest number of characters to return.'),
      },
      required: ['commands'],
    },
    prefix: 'sh',
    readCall: ({ action }) => withoutEmpty(readRecord(action), []),
    writeCall: ({ commands, timeout_ms: limit, max_output_length: length }) => ({
      action: {
        commands: typeof commands === 'string' ? [commands] : textsIn(commands),
        timeout_ms: readNumber(limit) ?? null,
        max_output_length: readNumber(length) ?? null,
      },
      environment: { type: 'local' },
    }),
    readResult: ({ output }) =>
      typeof output === 'string' ? output : readArray(output).filter(isRecord).map(readCommandOutput).join('\n'),
  },
  apply_patch: {
    description: "Creates, changes or deletes a file on the user's computer by a diff in the V4A format.",
    parameters: {
      type: 'object',
      properties: {
        type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'], description: 'What to do.' },
        path: text('Path of the file.'),
        diff: text(
          'For create_file: all lines of the file, each with + in front. For update_file: for each change a line @@, then unchanged lines around it with a space in front, removed lines with - and added lines with +.',
        ),
      },
      required: ['type', 'path'],
    },
    prefix: 'apc',
    readCall: ({ operation }) => readRecord(operation),
    writeCall: ({ type, path, diff }) => ({
      operation: { type, path, ...(type !== 'delete_file' && { diff: readText(diff) ?? '' }) },
    }),
    readResult: ({ output, status }) =>
      readText(output) ?? (status === 'failed' ? 'The patch failed.' : 'The patch was applied.'),
  },
  // The tool has its own description, and the tools in its results become tools of the request.
  tool_search: {
    description: 'Searches for more tools. The tools that it finds can be called afterwards.',
    parameters: {
      type: 'object',
      properties: { query: text('What the tools should do.') },
      required: ['query'],
    },
    prefix: 'tsc',
    readCall: ({ arguments: written }) => readRecord(typeof written === 'string' ? parseJson(written) : written),
    writeCall: (written) => ({ execution: 'client', arguments: written }),
    readResult: ({ tools }) => {
      const names = namesOfTools(tools);
      return names.length === 0 ? 'No tools were found.' : `These tools can be called now: ${names.join(', ')}`;
    },
  },
};

function readCommandOutput({ stdout, stderr, outcome }: JsonRecord): string {
  const { type, exit_code } = readRecord(outcome);
  const code = readNumber(exit_code);
  const ending =
    type === 'timeout' ? '(timed out)' : code === 0 || code === undefined ? undefined : `(exit code ${code})`;
  return [stdout, stderr, ending].filter((part) => typeof part === 'string' && part !== '').join('\n');
}

/** The flat names of the functions, custom tools and tools of namespaces in a list. */
export function namesOfTools(tools: unknown): readonly string[] {
  return readArray(tools)
    .filter(isRecord)
    .flatMap(({ type, name, tools: inner }) => {
      if (type === 'namespace') return namesOfTools(inner).map((innerName) => flatName(innerName, readText(name)));
      return readText(name) ?? [];
    });
}

function textsIn(values: unknown): string[] {
  return readArray(values).filter((value) => typeof value === 'string');
}

function withoutEmpty(members: JsonRecord, omitted: readonly string[]): JsonRecord {
  return Object.fromEntries(
    Object.entries(members).filter(([name, value]) => value !== null && !omitted.includes(name)),
  );
}

/** The type of a tool that the client runs; undefined for other tools, also for those that run on OpenAI's server. */
export function clientToolType(tool: unknown): ClientToolType | undefined {
  if (!isRecord(tool) || !isClientToolType(tool.type)) return undefined;
  if (tool.type === 'tool_search') return tool.execution === 'client' ? tool.type : undefined;
  const { type: place = 'local' } = readRecord(tool.environment);
  return place === 'local' ? tool.type : undefined;
}

export function isClientToolType(type: unknown): type is ClientToolType {
  return typeof type === 'string' && Object.hasOwn(clientTools, type);
}

/** The function that stands for a tool. @param tool may have a description and parameters of its own */
export function describeClientTool(
  type: ClientToolType,
  tool: JsonRecord,
): Pick<ClientTool, 'description' | 'parameters'> {
  const { description, parameters } = clientTools[type];
  return {
    description: readText(tool.description) ?? description,
    parameters: isRecord(tool.parameters) ? tool.parameters : parameters,
  };
}

/** The tool that an item calls. */
export function calledTool({ type, call_id: id, execution }: JsonRecord): ClientToolType | undefined {
  return readText(id) === undefined || execution === 'server' ? undefined : toolBefore('_call', type);
}

/** The tool whose result an item is. */
export function answeredTool({ type, call_id: id, execution }: JsonRecord): ClientToolType | undefined {
  if (type !== 'tool_search_output') return toolBefore('_call_output', type);
  return readText(id) === undefined || execution === 'server' ? undefined : 'tool_search';
}

/** The tools that an item of the conversation adds to those of the request. */
export function toolsAddedBy(item: JsonRecord): readonly unknown[] {
  const adds = item.type === 'additional_tools' || answeredTool(item) === 'tool_search';
  return adds ? readArray(item.tools) : [];
}

function toolBefore(ending: string, type: unknown): ClientToolType | undefined {
  if (typeof type !== 'string' || !type.endsWith(ending)) return undefined;
  const tool = type.slice(0, -ending.length);
  return isClientToolType(tool) ? tool : undefined;
}

/** Converts the item of a call to the arguments of a function. */
export function readClientCall(tool: ClientToolType, item: JsonRecord): string {
  return JSON.stringify(clientTools[tool].readCall(item));
}

/** Converts the item of a result to a text. */
export function readClientResult(tool: ClientToolType, item: JsonRecord): string {
  return clientTools[tool].readResult(item);
}

/** The members of a call's item. @param written the arguments as the model wrote them */
export function writeClientCall(tool: ClientToolType, written: string): JsonRecord {
  return { type: `${tool}_call`, ...clientTools[tool].writeCall(readRecord(parseJson(written))) };
}

export function prefixOfCall(tool: ClientToolType): CallPrefix {
  return clientTools[tool].prefix;
}
