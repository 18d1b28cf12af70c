import type { FunctionTool } from '../../conversation/request.ts';
import { toVendorData } from '../../conversation/vendor-data.ts';
import { withoutNulls } from '../../lib/without-nulls.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ClientToolType } from './client-tools.ts';
import { flatName } from './flat-name.ts';
import { responsesName } from './name.ts';
import type { WireFunctionTool } from './schema.ts';

/** A tool as this API defines it. Other APIs have only a flat name for it. */
export interface ResponsesTool {
  readonly kind: 'function' | 'custom' | ClientToolType;
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

  /** The flat names of the custom tools. */
  customTools(): ReadonlySet<string> {
    return new Set([...this.#tools].flatMap(([flat, { kind }]) => (kind === 'custom' ? [flat] : [])));
  }

  has(flat: string): boolean {
    return this.#tools.has(flat);
  }
}

export function toFunction(flat: string, tool: WireFunctionTool): FunctionTool {
  const {
    type: _type,
    name: _name,
    description: _description,
    parameters: _parameters,
    strict: _strict,
    ...own
  } = tool;
  const vendor = toVendorData(responsesName, withoutNulls(own));
  return {
    type: 'function',
    name: flat,
    ...(typeof tool.description === 'string' && { description: tool.description }),
    ...(tool.parameters && { parameters: tool.parameters }),
    ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
    ...withoutUndefined({ vendor }),
  };
}
