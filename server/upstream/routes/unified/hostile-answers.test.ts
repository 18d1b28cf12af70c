import { expect, test } from 'vitest';
import { withoutUndefined } from '../../../lib/without-undefined.ts';
import { createUnifiedRoute } from './index.ts';

const options = { secrets: [], contentType: 'text/event-stream', frames: undefined };

function frame(message: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify({ response_payload: { choices: [{ index: 0, message }] } })}\n\n`);
}

/** How many events the frames give, and the CPU milliseconds used. */
function decode(frames: readonly Buffer[]): { readonly events: number; readonly time: number } {
  const decoder = createUnifiedRoute().createDecoder(options);
  const start = process.threadCpuUsage();
  let events = 0;
  for (const bytes of frames) events += decoder.decode(bytes).length;
  events += decoder.end().length;
  const { user, system } = process.threadCpuUsage(start);
  return { events, time: (user + system) / 1000 };
}

function pieces(count: number): Buffer[] {
  const call = (text: string, name?: string) =>
    frame({
      tool_calls: [{ index: 0, id: 'call', function: { ...withoutUndefined({ name }), arguments: text } }],
    });
  return [call('{"a":[', 'f'), ...Array.from({ length: count }, () => call('{},')), call('1]}')];
}

function calls(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) =>
    frame({
      tool_calls: [{ index, id: `call-${index}`, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    }),
  );
}

test.each([
  ['calls', calls],
  ['pieces of one call', pieces],
])('50,000 %s take time in proportion', (_name, make) => {
  decode(make(2000));
  const few = decode(make(5000));
  const many = decode(make(50_000));
  expect(many.events).toBeGreaterThan(50_000);
  // Ten times as many frames; quadratic time would take a hundred times as long.
  expect(many.time).toBeLessThan(40 * Math.max(few.time, 20));
});

test('very deeply nested content is an empty answer, not a gateway fault', () => {
  const deep = `${'['.repeat(50_000)}"x"${']'.repeat(50_000)}`;
  const bytes = Buffer.from(`data: {"response_payload":{"choices":[{"index":0,"message":{"content":${deep}}}]}}\n\n`);
  expect(() => decode([bytes])).not.toThrow();
});
