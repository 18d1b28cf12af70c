import { expect, it } from 'vitest';
import { toHandover } from './to-handover.ts';

it('takes the model alone where nothing was logged', () => {
  expect(toHandover({ model: 'm', content: null })).toEqual({ model: 'm', system: '', turns: [] });
});

it('takes the conversation that was logged, as text', () => {
  const request = JSON.stringify({
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'see', arguments: '{}' } }] },
      { role: 'tool', content: 'a cat' },
    ],
  });
  expect(toHandover({ model: 'm', content: { request, response: 'Hi', path: '/chat/completions' } })).toEqual({
    model: 'm',
    system: 'Be brief.',
    turns: [
      { role: 'user', text: 'Hello' },
      { role: 'user', text: 'a cat' },
    ],
  });
});
