import type { FunctionTool } from '../../conversation/request.ts';
import { isRecord, parseJson } from '../../lib/json.ts';
import type { WireCustomTool, WireFunctionTool } from './schema.ts';

/** A tool as this API defines it. Other APIs have only a flat name for it. */
export interface ResponsesTool {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Maps tools in namespaces and custom tools to functions with flat names, and back in answers. */
export class ToolNames {
  readonly #tools = new Map<string, ResponsesTool>();

  /** Adds a tool. @returns its flat name, always the same for the same tool */
  add(tool: ResponsesTool): string {
    const flat = flatName(tool.name, tool.namespace);
    this.#tools.set(flat, tool);
    return flat;
  }

  /** Finds the tool with a flat name. An undeclared one counts as a function. */
  findTool(flat: string): ResponsesTool {
    return this.#tools.get(flat) ?? { kind: 'function', name: flat, namespace: undefined };
  }

  has(flat: string): boolean {
    return this.#tools.has(flat);
  }
}

export function flatName(name: string, namespace: string | null | undefined): string {
  return namespace ? `${namespace}__${name}` : name;
}

export function toFunction(flat: string, tool: WireFunctionTool): FunctionTool {
  return {
    type: 'function',
    name: flat,
    ...(typeof tool.description === 'string' && { description: tool.description }),
    ...(tool.parameters && { parameters: tool.parameters }),
    ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
  };
}

/** Converts a tool that takes free text to a function with one text argument. The description contains its grammar. */
export function customToFunction(flat: string, tool: WireCustomTool): FunctionTool {
  const grammar = tool.format?.definition;
  const syntax = tool.format?.syntax ?? tool.format?.type ?? 'the';
  const lines = [
    tool.description ?? '',
    grammar ? `The input must follow this ${syntax} grammar:\n${grammar}` : '',
  ].filter((line) => line !== '');
  return {
    type: 'function',
    name: flat,
    ...(lines.length > 0 && { description: lines.join('\n\n') }),
    parameters: {
      type: 'object',
      properties: { [inputName]: { type: 'string', description: 'The whole input, as plain text.' } },
      required: [inputName],
      additionalProperties: false,
    },
  };
}

const inputName = 'input';

export function encodeCustomInput(input: string): string {
  return JSON.stringify({ [inputName]: input });
}

/** Extracts the free text from the arguments of such a function. Arguments in another form are returned as they are. */
export function readCustomInput(written: string): string {
  const value = parseJson(written);
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return written;
  const input = value[inputName];
  return typeof input === 'string' ? input : written;
}
