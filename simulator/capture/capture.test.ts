import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCapture } from './capture.ts';

const head = { format: 'atlassian-proxy-capture', version: 1, madeAt: '2026-03-01T12:00:00.000Z', origin: 'https://x' };
const request = { method: 'POST', path: '/a?b=c', headers: { accept: 'x' }, body: '{}' };
const response = { status: 200, headers: {}, atMs: 1, frames: [{ atMs: 2, text: 'é' }], end: 'complete' };

const write = (...lines: readonly unknown[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const exchange = (over: object): object => ({ route: 'sites', request, response, ...over });

test('a capture is read', () => {
  const frames = [
    { atMs: 2, text: 'é' },
    { atMs: 3, base64: 'AP8=' },
  ];
  const text = write(
    head,
    exchange({ response: { ...response, frames }, later: 1 }),
    exchange({ response: null, error: 'gone' }),
  );
  expect(parseCapture(text)).toEqual({
    madeAt: head.madeAt,
    origin: head.origin,
    exchanges: [
      {
        route: 'sites',
        request,
        response: {
          ...response,
          frames: [
            { atMs: 2, bytes: Buffer.from('é') },
            { atMs: 3, bytes: Buffer.from([0, 255]) },
          ],
        },
        error: null,
      },
      { route: 'sites', request, response: null, error: 'gone' },
    ],
  });
});

describe('what is no capture is refused with its line', () => {
  test.each<readonly [string, string]>([
    ['', 'line 1: expected a JSON object'],
    ['[]\n', 'line 1: expected a JSON object'],
    [write({ ...head, format: 'x' }), 'line 1: format: expected "atlassian-proxy-capture"'],
    [write({ ...head, version: 2 }), 'line 1: version: expected 1'],
    [`${write(head)}\n{`, 'line 3: expected a JSON object'],
    [write(head, exchange({ route: 1 })), 'line 2: route: expected a text'],
    [write(head, exchange({ request: undefined })), 'line 2: request: expected an object'],
    [
      write(head, exchange({ request: { ...request, headers: { a: 1 } } })),
      'line 2: request: headers.a: expected a text',
    ],
    [write(head, exchange({ response: undefined })), 'line 2: response: expected an object'],
    [
      write(head, exchange({ response: { ...response, status: 1.5 } })),
      'line 2: response: status: expected a whole number',
    ],
    [
      write(head, exchange({ response: { ...response, end: 'x' } })),
      'line 2: response: end: expected "complete" or "cut"',
    ],
    [
      write(head, exchange({ response: { ...response, frames: [1] } })),
      'line 2: response: frames[0]: expected an object',
    ],
    [
      write(head, exchange({ response: { ...response, frames: [{ atMs: 1 }] } })),
      'line 2: response: frames[0]: base64: expected a text',
    ],
  ])('%j', (text, problem) => {
    expect(() => parseCapture(text)).toThrow(problem);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string(), fc.constant(JSON.stringify(head)))), (lines) => {
        try {
          expect(parseCapture(lines.join('\n'))).toHaveProperty('exchanges');
        } catch (error) {
          expect(String(error)).toMatch(/line \d+: /);
        }
      }),
    );
  });
});
