import { expect, test } from 'vitest';
import { dropProofs } from './drop-proofs.ts';
import type { Message } from './message.ts';

test('texts and tool calls stay without their proofs, and reasoning with a proof is dropped', () => {
  const proof = { dialect: 'anthropic-messages', value: 'signature' };
  const asked: Message = { role: 'user', parts: [{ type: 'text', text: 'Hi' }] };
  const messages: Message[] = [
    asked,
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hmm', proof },
        { type: 'reasoning', text: 'unsigned' },
        { type: 'text', text: 'Hello', proof },
        { type: 'tool-call', id: 'c', name: 'f', arguments: '{}', proof },
      ],
    },
  ];
  const [first, second] = dropProofs(messages);
  expect(first).toBe(asked);
  expect(second?.parts).toEqual([
    { type: 'reasoning', text: 'unsigned' },
    { type: 'text', text: 'Hello' },
    { type: 'tool-call', id: 'c', name: 'f', arguments: '{}' },
  ]);
});
