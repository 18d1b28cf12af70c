import { describe, expect, it } from 'vitest';
import { clients, readField, toHost } from './clients.ts';

const connection = { baseUrl: 'https://gate.example/v1', key: 'sk-test', model: 'anthropic:claude@1' };

describe('client set-ups', () => {
  it.each(clients)('$title gets everything it needs', ({ fields = [], code }) => {
    const text = [code?.(connection) ?? '', ...fields.map((name) => readField(name, connection))].join('\n');
    expect(text).toContain('https://gate.example');
    expect(text).toContain('sk-test');
  });

  it('leaves the version to clients that add it', () => {
    expect(toHost('https://gate.example/v1')).toBe('https://gate.example');
    expect(toHost('https://gate.example/v1/')).toBe('https://gate.example');
    expect(toHost('https://gate.example/proxy')).toBe('https://gate.example/proxy');
  });
});
