import type { Behaviour } from '../behaviour.ts';
import { asArray, asRecord, type JsonRecord } from '../json.ts';
import { type Capabilities, capabilitiesOf } from './capabilities.ts';

/** A Messages request in the form that the rules check. */
export type MessagesRequest = {
  readonly body: JsonRecord;
  readonly messages: readonly JsonRecord[];
  readonly tools: readonly JsonRecord[];
  readonly thinking: 'enabled' | 'adaptive' | 'off';
  readonly model: string;
  readonly capabilities: Capabilities;
  /** The `anthropic_version` that the route requires. */
  readonly version: string;
  readonly behaviour: Behaviour;
};

/** Reads what the rules need; invalid parts are ignored. */
export function readMessagesRequest(
  body: JsonRecord,
  model: string,
  version: string,
  behaviour: Behaviour,
): MessagesRequest {
  const { type } = asRecord(body.thinking);
  return {
    body,
    messages: asArray(body.messages).map(asRecord),
    tools: asArray(body.tools).map(asRecord),
    thinking: type === 'enabled' || type === 'adaptive' ? type : 'off',
    model,
    capabilities: capabilitiesOf(model),
    version,
    behaviour,
  };
}

/** The blocks of a message; a string is one text block. */
export function blocksOf(message: JsonRecord | undefined): readonly JsonRecord[] {
  const content = message?.content;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return asArray(content).map(asRecord);
}

/** Consecutive messages of one role, which the vendor merges. `index` is that of the first one. */
export type Turn = { readonly role: unknown; readonly index: number; readonly blocks: readonly JsonRecord[] };

/** The turns of a conversation. */
export function turnsOf(messages: readonly JsonRecord[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const before = turns.at(-1);
    const blocks = blocksOf(message);
    if (before?.role === message.role && before !== undefined) {
      turns[turns.length - 1] = { ...before, blocks: [...before.blocks, ...blocks] };
    } else turns.push({ role: message.role, index, blocks });
  }
  return turns;
}
