import type { FunctionTool } from '../../conversation/request.ts';
import { isRecord, parseJson } from '../../lib/json.ts';
import type { WireCustomTool, WireFunctionTool } from './schema.ts';

/** What a tool is in this API, by the one flat name that every other API knows it by. */
export interface OwnTool {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Tools of namespaces, and custom tools, as functions of flat names; and back again in answers. */
export class ToolNames {
  readonly #tools = new Map<string, OwnTool>();

  /** The flat name of a tool, the same for the same tool. */
  add(tool: OwnTool): string {
    const flat = flatName(tool.name, tool.namespace);
    this.#tools.set(flat, tool);
    return flat;
  }

  /** What a call of that flat name is in this API; one that nobody declared is a function. */
  find(flat: string): OwnTool {
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

/** A tool that takes free text, as a function of one text; its grammar, which other APIs cannot enforce, is described. */
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

/** The free text in the arguments of such a function; arguments of another form are passed on as they are. */
export function readCustomInput(written: string): string {
  const value = parseJson(written);
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return written;
  const input = value[inputName];
  return typeof input === 'string' ? input : written;
}
