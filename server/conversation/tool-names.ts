import type { AnswerTransformMaker } from './answer-transform.ts';
import type { Message } from './message.ts';
import { countIdentifier, isPlainIdentifier, toPlainIdentifier } from './plain-identifier.ts';
import type { ConversationRequest } from './request.ts';

/** Which tool names a vendor accepts. */
export interface ToolNameRule {
  /** True for a name that the vendor accepts. */
  isValid(name: string): boolean;
  /** Replaces an invalid name, always in the same way. `attempt` counts from 0 until the new name is unique. */
  rewrite(name: string, attempt: number): string;
}

/** For Claude and GPT. */
export const plainNameRule: ToolNameRule = {
  isValid: isPlainIdentifier,
  rewrite: (name, attempt) =>
    attempt === 0 ? toPlainIdentifier(name) : countIdentifier(toPlainIdentifier(name), attempt + 1),
};

/** For Gemini as well as Claude and GPT: names do not begin with a digit or a hyphen. */
export const letterFirstRule: ToolNameRule = {
  isValid: (name) => isPlainIdentifier(name) && beginsWithLetter(name),
  rewrite: (name, attempt) => plainNameRule.rewrite(beginsWithLetter(name) ? name : `_${name}`, attempt),
};

function beginsWithLetter(name: string): boolean {
  return /^[A-Za-z_]/.test(name);
}

/** Maps the client's tool names to names that the vendor accepts, and back. */
export class ToolNames {
  readonly #vendorNames = new Map<string, string>();
  readonly #clientNames = new Map<string, string>();

  /** @param names every tool name in the request; valid names stay as they are */
  constructor(names: Iterable<string>, rule: ToolNameRule) {
    const all = new Set(names);
    for (const name of all) {
      if (rule.isValid(name)) continue;
      let rewritten = rule.rewrite(name, 0);
      for (let attempt = 1; all.has(rewritten) || this.#clientNames.has(rewritten); attempt += 1) {
        rewritten = rule.rewrite(name, attempt);
      }
      this.#vendorNames.set(name, rewritten);
      this.#clientNames.set(rewritten, name);
    }
  }

  /** True if no name had to be changed. */
  get unchanged(): boolean {
    return this.#vendorNames.size === 0;
  }

  toVendor(name: string): string {
    return this.#vendorNames.get(name) ?? name;
  }

  toClient(name: string): string {
    return this.#clientNames.get(name) ?? name;
  }

  /** Restores the client's names in an answer's tool calls; undefined if no name was changed. */
  get restorer(): AnswerTransformMaker | undefined {
    if (this.unchanged) return undefined;
    return () => (events) =>
      events.map((event) =>
        event.type === 'block-start' && event.kind === 'tool-call'
          ? { ...event, name: this.toClient(event.name) }
          : event,
      );
  }
}

/** Every tool name that occurs in a request. */
export function toolNamesIn({
  tools,
  messages,
  toolChoice: choice,
}: Pick<ConversationRequest, 'tools' | 'messages' | 'toolChoice'>): string[] {
  const declared = tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : []));
  const chosen = choice?.type === 'tool' ? [choice.name] : choice?.type === 'allowed' ? choice.names : [];
  return [...declared, ...chosen, ...messages.flatMap(namesInMessage)];
}

function namesInMessage({ parts }: Message): string[] {
  return parts.flatMap((part) => {
    if (part.type === 'tool-call') return [part.name];
    return part.type === 'tool-result' && part.name !== undefined ? [part.name] : [];
  });
}
