import { describe, expect, it } from 'vitest';
import en from './en/index.ts';
import zh from './zh-CN/index.ts';

/** All console sources except translations and tests. */
const sources = Object.entries(
  import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }),
)
  .filter(([path]) => !/\.test\.ts$|^\.\/(en|zh-CN)\//.test(path))
  .map(([, text]) => text)
  .join('\n');

type Words = { readonly [name: string]: string | Words };

function flatten(words: Words, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[`${prefix}${name}`, value]] : [...flatten(value, `${prefix}${name}.`)],
    ),
  );
}

const english = flatten(en);
const chinese = flatten(zh);
const placeholders = (text: string) => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();

describe('the words of the console', () => {
  it('are there in both languages', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('');
  });

  it('take the same values in both', () => {
    for (const [key, text] of english) expect(placeholders(chinese.get(key) ?? ''), key).toEqual(placeholders(text));
  });

  it('are all used', () => {
    const literals = new Set([...sources.matchAll(/'([A-Za-z]+\.[\w.-]+)'/g)].map(([, key]) => key));
    const prefixes = [...sources.matchAll(/`([A-Za-z]+\.[\w.]*)\$\{/g)].map(([, prefix]) => prefix ?? '');
    const unused = [...english.keys()].filter((key) => {
      const name = key.replace(/_(one|other)$/, '');
      return !literals.has(name) && !prefixes.some((prefix) => name.startsWith(prefix));
    });
    expect(unused).toEqual([]);
  });

  it('are asked for by names that exist', () => {
    const asked = [...sources.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key ?? '');
    const missing = asked.filter((key) => !english.has(key) && !english.has(`${key}_other`));
    expect(asked.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it('are Chinese where they are not names', () => {
    const names = new Set([
      'common.product',
      'credentials.cloudId',
      'playground.topP',
      'settings.memory.megabytesSuffix',
    ]);
    const untranslated = [...chinese].filter(
      ([key, text]) => !/[\u4e00-\u9fff]/.test(text) && text === english.get(key) && !names.has(key),
    );
    const allowed =
      /^(settings\.(memory|schedule)\.megabytes|requests\.exportAs|requests\.attemptsShort|overview\.line|requests\.dialect|.*\.(tokens|latencyP95))/;
    expect(untranslated.filter(([key]) => !allowed.test(key))).toEqual([]);
  });
});
