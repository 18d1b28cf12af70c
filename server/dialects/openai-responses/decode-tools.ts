import type { Tool, ToolChoice } from '../../conversation/request.ts';
import type { TranslationLog } from '../../conversation/translation.ts';
import { isRecord, type JsonRecord, readArray, readString } from '../../lib/json.ts';
import { shorten } from '../../lib/shorten.ts';
import { customToFunction, type WireCustomTool } from '../openai/custom-tools.ts';
import { toFlatChoice, toFlatTool } from '../openai/flat-tool.ts';
import { inlineReferences } from '../openai/inline-references.ts';
import { requireShallow } from '../openai/parse-body.ts';
import { invalidParameter, parseParameter } from '../openai/validation-failure.ts';
import { type ClientToolType, clientToolType, describeClientTool, isClientToolType } from './client-tools.ts';
import { flatName } from './flat-name.ts';
import { responsesName } from './name.ts';
import { ownItem } from './own-item.ts';
import { anyToolSchema, ownToolSchema, toolChoiceSchema, type WireFunctionTool, type WireRequest } from './schema.ts';
import { type ToolNames, toFunction } from './tool-names.ts';

/** Tools that the client defines. */
const clientToolTypes: ReadonlySet<string> = new Set(['function', 'custom', 'namespace']);

/**
 * Decodes a list of tools. Those that the vendor runs are not validated.
 *
 * @param list the request parameter that has them, for error messages
 * @throws Failure that names the invalid member of a tool
 */
export function decodeTools(
  values: readonly unknown[],
  names: ToolNames,
  notes: TranslationLog,
  list = 'tools',
): Tool[] {
  return values.map(toFlatTool).flatMap((value, index): Tool[] => {
    const parameter = `${list}[${index}]`;
    requireShallow(value, parameter);
    const whole = parseParameter(anyToolSchema, value, parameter);
    const { type } = whole;
    const known = clientToolType(whole);
    if (known !== undefined && !names.has(known)) return [decodeKnownTool(known, whole, names)];
    if (!clientToolTypes.has(type)) {
      return [{ type: 'vendor', dialect: responsesName, name: type, value: whole }];
    }
    const tool = parseParameter(ownToolSchema, value, parameter);
    if (tool.type !== 'namespace') return [decodeClientTool(tool, undefined, parameter, names, notes)];
    return tool.tools.map((inner) => decodeClientTool(inner, tool.name, parameter, names, notes));
  });
}

/** Decodes a tool that OpenAI's models know by its type. */
function decodeKnownTool(type: ClientToolType, item: JsonRecord, names: ToolNames): Tool {
  const name = names.add({ kind: type, name: type, namespace: undefined });
  return { type: 'function', name, ...describeClientTool(type, item), ...ownItem(item) };
}

function decodeClientTool(
  tool: WireFunctionTool | WireCustomTool,
  namespace: string | undefined,
  parameter: string,
  names: ToolNames,
  notes: TranslationLog,
): Tool {
  if (tool.type === 'custom') {
    return customToFunction(names.add({ kind: 'custom', name: tool.name, namespace }), tool);
  }
  const flat = names.add({ kind: 'function', name: tool.name, namespace });
  return inlineReferences(toFunction(flat, tool), `${parameter}.parameters`, notes);
}

/** @throws Failure if it names a tool that is not declared */
export function decodeToolChoice(
  written: WireRequest['tool_choice'],
  tools: readonly Tool[],
  names: ToolNames,
): ToolChoice | undefined {
  if (written === null || written === undefined) return undefined;
  const choice = parseParameter(toolChoiceSchema, toFlatChoice(written), 'tool_choice');
  if (typeof choice === 'string') return tools.length === 0 ? undefined : { type: choice };
  if (choice.type === 'allowed_tools' && 'mode' in choice) {
    const allowed = namesIn(choice.tools, names);
    const mode = choice.mode === 'required' ? 'required' : 'auto';
    return { type: 'allowed', mode, names: allowed };
  }
  if (isClientToolType(choice.type)) return names.has(choice.type) ? { type: 'tool', name: choice.type } : undefined;
  if (!clientToolTypes.has(choice.type)) return undefined;
  const name = flatName(readString(choice.name) ?? '', readNamespace(choice.namespace));
  if (names.has(name)) return { type: 'tool', name };
  const message = `Invalid 'tool_choice': the tool '${shorten(name)}' is not among the request's tools.`;
  throw invalidParameter('tool_choice', 'unsupported-value', message);
}

/**
 * The part of a tool choice that names the vendor's own tools, in this API's format. The neutral language does not cover
 * it.
 *
 * @returns undefined if there is none
 */
export function hostedChoiceOf(written: WireRequest['tool_choice'], names: ToolNames): JsonRecord | undefined {
  const choice = toFlatChoice(written);
  if (!isRecord(choice)) return undefined;
  const isHosted = (tool: unknown) =>
    isRecord(tool) && !clientToolTypes.has(String(tool.type)) && !isKnown(tool, names);
  if (choice.type !== 'allowed_tools') return isHosted(choice) ? choice : undefined;
  const tools = readArray(choice.tools).filter(isHosted);
  return tools.length === 0 ? undefined : { ...choice, tools };
}

/** True for a tool that the client runs and that is a function in the neutral language. */
function isKnown({ type }: JsonRecord, names: ToolNames): boolean {
  return isClientToolType(type) && names.has(type);
}

function namesIn(tools: unknown, names: ToolNames): string[] {
  return readArray(tools).flatMap((tool) => {
    if (!isRecord(tool)) return [];
    const name = isClientToolType(tool.type) ? tool.type : readString(tool.name);
    if (name === undefined) return [];
    const flat = flatName(name, readNamespace(tool.namespace));
    return names.has(flat) ? [flat] : [];
  });
}

function readNamespace(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
