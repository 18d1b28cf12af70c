import { describe, expect, it } from 'vitest';
import { quoteShell, writeCurl } from './curl.ts';
import { writePython, writePythonLiteral } from './python.ts';
import { writeTypeScript } from './typescript.ts';

const request = {
  baseUrl: 'http://localhost:8000/v1',
  key: 'sk-test',
  body: { model: 'anthropic:claude-3-5-sonnet-v2@20241022', messages: [{ role: 'user', content: "it's 你好" }] },
};

describe('curl', () => {
  it('keeps quotes of the text out of the shell’s hands', () => {
    expect(quoteShell("it's")).toBe(`'it'\\''s'`);
    expect(writeCurl(request)).toContain(`it'\\''s 你好`);
  });

  it('is one command that posts JSON with the key', () => {
    const lines = writeCurl(request).split(' \\\n');
    expect(lines[0]).toBe('curl http://localhost:8000/v1/chat/completions');
    expect(lines).toContain('  -H "Authorization: Bearer sk-test"');
    expect(lines).toContain('  -H "Content-Type: application/json"');
  });
});

describe('Python', () => {
  it('writes JSON values as Python does', () => {
    expect(writePythonLiteral({ a: true, b: null, c: [false, 'x"y'], d: {}, e: [] })).toBe(
      '{\n    "a": True,\n    "b": None,\n    "c": [\n        False,\n        "x\\"y",\n    ],\n    "d": {},\n    "e": [],\n}',
    );
  });

  it('prints the whole answer, or the chunks of a stream', () => {
    expect(writePython(request)).toContain('print(completion.choices[0].message.content)');
    const stream = writePython({ ...request, body: { ...request.body, stream: true } });
    expect(stream).toContain('    stream=True,\n');
    expect(stream).toContain('for chunk in stream:');
  });

  it('leaves out what is not set', () => {
    expect(writePython({ ...request, body: { ...request.body, temperature: undefined } })).not.toContain('temperature');
  });
});

describe('TypeScript', () => {
  it('points the client at the gateway', () => {
    expect(writeTypeScript(request)).toContain(
      'new OpenAI({ baseURL: "http://localhost:8000/v1", apiKey: "sk-test" })',
    );
    expect(writeTypeScript(request)).toContain('console.log(completion.choices[0]?.message.content);');
  });

  it('reads a stream chunk by chunk', () => {
    expect(writeTypeScript({ ...request, body: { ...request.body, stream: true } })).toContain(
      'for await (const chunk of stream)',
    );
  });
});
