import type { AnswerTransformMaker } from './answer-transform.ts';
import type { Message } from './message.ts';
import { countIdentifier, isPlainIdentifier, toPlainIdentifier } from './plain-identifier.ts';
import type { ConversationRequest } from './request.ts';

/** What a vendor takes as the name of a tool. */
export interface ToolNameRule {
  /** True for a name that may stay as it is. */
  isValid(name: string): boolean;
  /** Another name for one that may not, always the same; `attempt` counts from 0 until the name is unlike all others. */
  rewrite(name: string, attempt: number): string;
}

/** For Claude and GPT. */
export const plainNameRule: ToolNameRule = {
  isValid: isPlainIdentifier,
  rewrite: (name, attempt) =>
    attempt === 0 ? toPlainIdentifier(name) : countIdentifier(toPlainIdentifier(name), attempt + 1),
};

/** For Gemini beside others: no name begins with a digit or a hyphen. */
export const letterFirstRule: ToolNameRule = {
  isValid: (name) => isPlainIdentifier(name) && beginsWithLetter(name),
  rewrite: (name, attempt) => plainNameRule.rewrite(beginsWithLetter(name) ? name : `_${name}`, attempt),
};

function beginsWithLetter(name: string): boolean {
  return /^[A-Za-z_]/.test(name);
}

/** The names that tools have for a vendor, and what the client calls them. */
export class ToolNames {
  readonly #vendorNames = new Map<string, string>();
  readonly #clientNames = new Map<string, string>();

  /** @param names every name that the request mentions; those that the vendor takes stay as they are */
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

  /** True when the vendor knows every tool by the client's name. */
  get unchanged(): boolean {
    return this.#vendorNames.size === 0;
  }

  toVendor(name: string): string {
    return this.#vendorNames.get(name) ?? name;
  }

  toClient(name: string): string {
    return this.#clientNames.get(name) ?? name;
  }

  /** Gives the calls of an answer the client's names; undefined when they have them anyway. */
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

/** Every name that a request has for a tool. */
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
