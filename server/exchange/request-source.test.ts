import { expect, it, vi } from 'vitest';
import type { ConversationRequest, Message } from '../conversation/request.ts';
import { createRequestSource } from './request-source.ts';

const question: Message = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };
const answer: Message = { role: 'assistant', content: [{ type: 'text', text: 'Hi' }], toolCalls: [] };

function request(...messages: Message[]): ConversationRequest {
  return { model: 'm', stream: true, messages, tools: [], choiceCount: 2, affinityKey: 'k', extra: {} };
}

it('hands over what was decoded, and decodes again for who comes later', () => {
  const first = request(question);
  const again = request(question);
  const decodeAgain = vi.fn(() => again);
  const source = createRequestSource(first, decodeAgain);
  expect(source).toMatchObject({ model: 'm', stream: true, choiceCount: 2, affinityKey: 'k' });
  expect(source.read()).toBe(first);
  expect(decodeAgain).not.toHaveBeenCalled();
  expect(source.read()).toBe(again);
  expect(source.read()).toBe(again);
  expect(decodeAgain).toHaveBeenCalledTimes(2);
});

it('knows a conversation that nobody has answered yet', () => {
  const decodeAgain = () => request();
  expect(createRequestSource(request(question), decodeAgain).opening).toBe(true);
  expect(createRequestSource(request(question, answer, question), decodeAgain).opening).toBe(false);
});
