import { describe, expect, test } from 'vitest';
import type { ConversationAnswer } from '../../conversation/answer.ts';
import { attachProofs } from '../../conversation/attach-proofs.ts';
import type { Part } from '../../conversation/message.ts';
import { noUsage } from '../../conversation/usage.ts';
import { fromByteString } from '../../lib/byte-string.ts';
import { toJsonBody } from '../../lib/json-body.ts';
import { decodeRequest } from './decode-request.ts';
import { createChatEncoders } from './encoders.ts';

const context = { id: 'x', created: 0, model: 'm', estimateInputTokens: () => 1 };
const { encodeAnswer } = createChatEncoders({ includeUsage: false, legacyFunctions: false });

function decodeAssistant(message: object): readonly Part[] {
  const results = [{ role: 'tool', tool_call_id: 'call', content: 'x' }];
  const hasCall = JSON.stringify(message).includes('"tool_calls"');
  const messages = [
    { role: 'user', content: 'Hi' },
    message,
    ...(hasCall ? results : [{ role: 'user', content: 'y' }]),
  ];
  const { request } = decodeRequest(toJsonBody(JSON.stringify({ model: 'm', messages })));
  return request().messages[1]?.parts ?? [];
}

/** The assistant message that a client sends back if it keeps an answer's whole message. */
function there(parts: ConversationAnswer['choices'][number]['parts']): readonly Part[] {
  const choices = [{ index: 0, parts, finish: { reason: 'stop' as const } }];
  const written = fromByteString(encodeAnswer({ choices, usage: noUsage }, context));
  return attachProofs(decodeAssistant(JSON.parse(written).choices[0].message));
}

const proof = { dialect: 'another', value: 'v1', model: 'm' };
const call = { type: 'tool-call', id: 'call', name: 'f', arguments: '{}' } as const;
const text = { type: 'text', text: 'words' } as const;

describe('reasoning_details carry proofs through the client', () => {
  test.each<readonly [string, readonly (typeof text | typeof call | Part)[]]>([
    ['of reasoning', [{ type: 'reasoning', text: 'I think', proof }, text, call]],
    ['of several', [{ type: 'reasoning', text: 'a', proof }, { type: 'reasoning', text: 'b', proof }, call]],
    ['of reasoning without a text', [{ type: 'reasoning', text: '', proof: { ...proof, redacted: true } }, text]],
    ['of a call', [text, { ...call, proof }]],
    ['of a text', [{ ...text, proof }]],
    [
      'of all of them',
      [
        { type: 'reasoning', text: 'I think', proof },
        { ...text, proof },
        { ...call, proof },
      ],
    ],
  ])('%s', (_name, parts) => {
    expect(there(parts as ConversationAnswer['choices'][number]['parts'])).toEqual(parts);
  });

  test('are absent if there are no proofs', () => {
    const choices = [
      { index: 0, parts: [{ type: 'reasoning', text: 'I think' } as const, text], finish: { reason: 'stop' as const } },
    ];
    expect(encodeAnswer({ choices, usage: noUsage }, context)).not.toContain('reasoning_details');
  });
});

describe('details of other gateways are understood', () => {
  const said = { role: 'assistant', content: 'words' };

  test.each<readonly [string, object, readonly Part[]]>([
    ['DeepSeek', { reasoning_content: 'I think' }, [{ type: 'reasoning', text: 'I think' }, text]],
    ['OpenRouter', { reasoning: 'I think' }, [{ type: 'reasoning', text: 'I think' }, text]],
    [
      'OpenRouter’s details, in the pieces of a stream',
      {
        reasoning: 'I think',
        reasoning_details: [
          { type: 'reasoning.text', text: 'I th', index: 0, format: 'anthropic-claude-v1' },
          { type: 'reasoning.text', text: 'ink', index: 0 },
          { type: 'reasoning.text', signature: 'c2ln', index: 0 },
        ],
      },
      [{ type: 'reasoning', text: 'I think', proof: { dialect: 'openai-chat', value: 'c2ln' } }, text],
    ],
    [
      'a summary',
      { reasoning_details: [{ type: 'reasoning.summary', summary: 'In short' }] },
      [{ type: 'reasoning', text: 'In short' }, text],
    ],
    ['nonsense', { reasoning: 7, reasoning_details: [null, 7, {}, { type: 'x', text: 7 }] }, [text]],
    ['null', { reasoning_content: null, reasoning: null, reasoning_details: null }, [text]],
  ])('%s', (_name, members, parts) => {
    expect(decodeAssistant({ ...said, ...members })).toEqual(parts);
  });
});
