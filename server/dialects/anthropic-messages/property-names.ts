import type { AnswerTransform, AnswerTransformMaker } from '../../conversation/answer-transform.ts';
import type { ConversationEvent } from '../../conversation/events.ts';
import type { Message } from '../../conversation/message.ts';
import { toPlainIdentifier } from '../../conversation/plain-identifier.ts';
import type { ConversationRequest, FunctionTool } from '../../conversation/request.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { isRecord, type JsonRecord } from '../../lib/json.ts';
import { mapSame } from '../../lib/map-same.ts';

/** The names of a tool's parameters that Claude accepts. It checks only those, not the names of nested properties. */
const accepted = /^[a-zA-Z0-9_.-]{1,64}$/;

interface Renames {
  readonly toVendor: ReadonlyMap<string, string>;
  readonly toClient: ReadonlyMap<string, string>;
}

export interface RenamedRequest {
  /** The original request if every name is accepted. */
  readonly request: ConversationRequest;
  /** Restores the names in the calls of an answer; expects the tools' own names. */
  readonly createAnswerTransform: AnswerTransformMaker | undefined;
}

/** Renames parameters of tools that Claude rejects, in the tools and in the calls of the history. */
export function renameProperties(request: ConversationRequest): RenamedRequest {
  const renames = new Map<string, Renames>();
  const tools = mapSame(request.tools, (tool) => (tool.type === 'function' ? renameTool(tool, renames) : tool));
  if (renames.size === 0) return { request, createAnswerTransform: undefined };
  const messages = mapSame(request.messages, (message) => renameCalls(message, renames));
  return { request: { ...request, tools, messages }, createAnswerTransform: () => createTransform(renames) };
}

function renameTool(tool: FunctionTool, renames: Map<string, Renames>): FunctionTool {
  const properties = tool.parameters?.properties;
  if (!isRecord(properties) || Object.keys(properties).every((name) => accepted.test(name))) return tool;
  const changed = Object.keys(properties).filter((name) => !accepted.test(name));
  const pairs = changed.map((name) => [name, toPlainIdentifier(name)] as const);
  const toVendor = new Map(pairs);
  renames.set(tool.name, { toVendor, toClient: new Map(pairs.map(([name, safe]) => [safe, name])) });
  const required = tool.parameters?.required;
  const parameters = {
    ...tool.parameters,
    properties: renameKeys(properties, toVendor),
    ...(Array.isArray(required) && { required: required.map((name: unknown) => toVendor.get(String(name)) ?? name) }),
  };
  return { ...tool, parameters };
}

function renameCalls(message: Message, renames: ReadonlyMap<string, Renames>): Message {
  const parts = mapSame(message.parts, (part) => {
    const names = part.type === 'tool-call' ? renames.get(part.name)?.toVendor : undefined;
    if (part.type !== 'tool-call' || names === undefined) return part;
    return { ...part, arguments: renameArguments(part.arguments, names) };
  });
  return parts === message.parts ? message : { ...message, parts };
}

function renameKeys(value: JsonRecord, names: ReadonlyMap<string, string>): JsonRecord {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [names.get(name) ?? name, member]));
}

/** @returns the text itself if it is not a JSON object: what the model left unfinished stays as it is */
function renameArguments(text: string, names: ReadonlyMap<string, string>): string {
  try {
    const value = parseExactJson(text);
    return isRecord(value) ? JSON.stringify(renameKeys(value, names)) : text;
  } catch {
    return text;
  }
}

interface OpenCall {
  readonly names: ReadonlyMap<string, string>;
  readonly block: number;
  text: string;
}

function createTransform(renames: ReadonlyMap<string, Renames>): AnswerTransform {
  const restorer = new ArgumentsRestorer(renames);
  return (events) => events.flatMap((event) => restorer.restore(event));
}

/** Buffers the arguments of calls with renamed parameters until they are complete. */
class ArgumentsRestorer {
  readonly #renames: ReadonlyMap<string, Renames>;
  /** By choice. */
  readonly #open = new Map<number, OpenCall>();

  constructor(renames: ReadonlyMap<string, Renames>) {
    this.#renames = renames;
  }

  restore(event: ConversationEvent): readonly ConversationEvent[] {
    switch (event.type) {
      case 'failure':
        return [...[...this.#open.keys()].flatMap((choice) => this.#close(choice)), event];
      case 'block-start':
        if (event.kind === 'tool-call') this.#start(event.choice, event.block, event.name);
        return [event];
      case 'block-end':
        return [...this.#close(event.choice), event];
      case 'block-delta': {
        const call = this.#open.get(event.choice);
        if (call?.block !== event.block) return [event];
        call.text += event.text;
        return [];
      }
      default:
        return [event];
    }
  }

  #start(choice: number, block: number, tool: string): void {
    const names = this.#renames.get(tool)?.toClient;
    if (names !== undefined) this.#open.set(choice, { names, block, text: '' });
  }

  #close(choice: number): readonly ConversationEvent[] {
    const call = this.#open.get(choice);
    this.#open.delete(choice);
    if (call === undefined || call.text === '') return [];
    const text = renameArguments(call.text, call.names);
    return [{ type: 'block-delta', choice, block: call.block, kind: 'tool-call', text }];
  }
}
