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
const { encodeAnswer, createStreamEncoder } = createChatEncoders({ includeUsage: false, legacyFunctions: false });

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

  test.each<readonly [string, readonly Part[]]>([
    [
      'of a text without a proof, before one that has it',
      [
        { type: 'reasoning', text: 'Hm' },
        { ...text, proof },
      ],
    ],
    [
      'of several, the first without',
      [{ type: 'reasoning', text: 'a' }, { type: 'reasoning', text: 'b', proof }, call],
    ],
  ])('reasoning %s', (_name, parts) => {
    expect(there(parts as ConversationAnswer['choices'][number]['parts'])).toEqual(parts);
  });

  test('are absent without reasoning and proofs', () => {
    const choices = [{ index: 0, parts: [text], finish: { reason: 'stop' as const } }];
    expect(encodeAnswer({ choices, usage: noUsage }, context)).not.toContain('reasoning_details');
  });
});

describe('streamed details', () => {
  test('have the pieces of a text, then its proof, at the index of their block', () => {
    const stream = createStreamEncoder(context);
    const written = stream.encode([
      { type: 'block-start', choice: 0, block: 0, kind: 'reasoning' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'reasoning', text: 'I th' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'reasoning', text: 'ink' },
      { type: 'block-end', choice: 0, block: 0, proof },
      { type: 'block-start', choice: 0, block: 1, kind: 'reasoning' },
      { type: 'block-end', choice: 0, block: 1, proof },
    ]);
    const deltas = fromByteString(written)
      .split('\n\n')
      .filter((event) => event.includes('reasoning_details'))
      .map((event) => JSON.parse(event.slice('data: '.length)).choices[0].delta);
    const signature = expect.any(String);
    expect(deltas).toEqual([
      {
        reasoning_content: 'I th',
        reasoning_details: [{ type: 'reasoning.text', text: 'I th', format: 'unknown', index: 0 }],
      },
      {
        reasoning_content: 'ink',
        reasoning_details: [{ type: 'reasoning.text', text: 'ink', format: 'unknown', index: 0 }],
      },
      { reasoning_details: [{ type: 'reasoning.text', signature, format: 'unknown', index: 0 }] },
      { reasoning_details: [{ type: 'reasoning.encrypted', data: signature, index: 1 }] },
    ]);
    const details = deltas.flatMap((delta) => delta.reasoning_details);
    expect(decodeAssistant({ role: 'assistant', content: 'words', reasoning_details: details })).toEqual([
      { type: 'reasoning', text: 'I think', proof },
      { type: 'reasoning', text: '', proof },
      text,
    ]);
  });
});

test.each([{ reasoning: { effort: 'high', enabled: true } }, { include_reasoning: true }])(
  'a request with %j gets what OpenRouter’s clients read: `reasoning`, and the usage of a stream',
  (members) => {
    const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }], ...members };
    const { encoders } = decodeRequest(toJsonBody(JSON.stringify(body)));
    const parts = [{ type: 'reasoning' as const, text: 'Hm' }];
    const choices = [{ index: 0, parts, finish: { reason: 'stop' as const } }];
    const whole = JSON.parse(fromByteString(encoders.encodeAnswer({ choices, usage: noUsage }, context)));
    expect(whole.choices[0].message).toMatchObject({ reasoning: 'Hm', reasoning_content: 'Hm' });
    const stream = encoders.createStreamEncoder(context);
    const written = stream.encode([
      { type: 'block-start', choice: 0, block: 0, kind: 'reasoning' },
      { type: 'block-delta', choice: 0, block: 0, kind: 'reasoning', text: 'Hm' },
    ]);
    expect(fromByteString(written)).toContain('"reasoning_content":"Hm","reasoning":"Hm"');
    // OpenRouter's SDK rejects a null.
    expect(fromByteString(written)).not.toContain('"usage"');
    expect(fromByteString(stream.end(noUsage))).toContain('"usage":{');
  },
);

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
