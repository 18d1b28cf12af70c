import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  describeKnob,
  initialBehaviour,
  readEmailTags,
  readSettingsObject,
  readSettingsText,
  toBehaviour,
} from './behaviour.ts';
import { Configuration } from './configuration.ts';
import type { Knob } from './knobs/kinds.ts';
import { knobs } from './knobs.ts';
import { presets } from './presets.ts';

describe('knobs in text', () => {
  test('are read with their types', () => {
    expect(readSettingsText('pace=20, stream-end=no-done,retry-after=0.5,cut-at=after-headers', 'header')).toEqual({
      ok: true,
      settings: { pace: 20, 'stream-end': 'no-done', 'retry-after': 0.5, 'cut-at': 'after-headers' },
    });
  });

  test('may be percent-encoded', () => {
    expect(readSettingsText('text=a%2Cb%3D%E4%BD%A0', 'header')).toEqual({ ok: true, settings: { text: 'a,b=你' } });
  });

  test.each([
    ['paec=20', 'unknown knob "paec"'],
    ['pace', 'unknown preset or knob without value "pace"'],
    ['pace=fast', 'knob "pace" cannot be "fast"; allowed: whole number from 0'],
    ['pace=1.5', 'knob "pace" cannot be "1.5"'],
    ['pace=-1', 'knob "pace" cannot be "-1"'],
    ['stream-end=maybe', 'allowed: done | no-done'],
    ['fail-rate=2', 'knob "fail-rate" cannot be "2"'],
    ['toString', 'unknown preset'],
    ['constructor=1', 'unknown knob "constructor"'],
  ])('%s is refused', (written, problem) => {
    expect(readSettingsText(written, 'header x-simulate')).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});

describe('knobs in emails', () => {
  test('are tags joined by plus signs', () => {
    expect(readEmailTags('alice+429+pace_20+retry-after=7@example.com')).toEqual({
      ok: true,
      settings: { status: 429, pace: 20, 'retry-after': 7 },
    });
  });

  test('an address without tags sets nothing', () => {
    expect(readEmailTags('alice_status.x@example.com')).toEqual({ ok: true, settings: {} });
  });

  test('a tag that is no knob is refused', () => {
    expect(readEmailTags('alice+work@example.com')).toEqual({ ok: false, problem: expect.stringContaining('"work"') });
  });
});

test('knobs in an object are read likewise', () => {
  expect(readSettingsObject({ status: 429, pace: '5' }, 'body')).toEqual({
    ok: true,
    settings: { status: 429, pace: 5 },
  });
  expect(readSettingsObject([], 'body')).toMatchObject({ ok: false });
  expect(readSettingsObject({ status: true }, 'body')).toMatchObject({ ok: false });
});

test('later sources win over earlier ones', () => {
  const configuration = new Configuration();
  configuration.default = {
    pace: 1,
    chunks: 1,
    role: 'all',
    usage: 'none',
    content: 'string',
    filler: 'no-choices',
    finish: 'a',
  };
  configuration.models.set('m', {
    chunks: 2,
    role: 'none',
    usage: 'last',
    content: 'null',
    filler: 'no-content',
    finish: 'b',
  });
  configuration.credentials.set('a+usage_every+finish_d@b.c', {
    role: 'first',
    usage: 'last',
    content: 'absent',
    finish: 'c',
  });
  configuration.next.push({ finish: 'g' });
  const sources = {
    email: 'a+usage_every+finish_d@b.c',
    model: 'm',
    modelSuffix: 'content=empty,filler=none,finish=e',
    header: 'filler=empty-object,finish=f',
  };
  const expected = { pace: 1, chunks: 2, role: 'first', usage: 'every', content: 'empty', filler: 'empty-object' };
  expect(configuration.choose(sources)).toMatchObject({ ok: true, settings: { ...expected, finish: 'g' } });
  expect(configuration.choose(sources)).toMatchObject({ ok: true, settings: { ...expected, finish: 'f' } });
});

test('an account request leaves what is kept for the next model request', () => {
  const configuration = new Configuration();
  configuration.next.push({ pace: 3 });
  configuration.choose({ email: 'a@b.c', model: '', modelSuffix: '', header: '' });
  expect(configuration.next).toHaveLength(1);
});

test('the initial behaviour holds every knob and each is allowed', () => {
  expect(Object.keys(initialBehaviour)).toEqual(Object.keys(knobs));
  expect(toBehaviour({ pace: 9 })).toEqual({ ...initialBehaviour, pace: 9 });
  expect(readSettingsObject(initialBehaviour, 'initial')).toEqual({ ok: true, settings: initialBehaviour });
});

describe('the README', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'));

  test.each(Object.entries<Knob>(knobs))('says what %s does', (name, knob) => {
    const row = rows.findLast((line) => line.split(' | ')[0]?.includes(`\`${name}\``));
    expect(row).toBeDefined();
    expect(describeKnob(knob)).not.toBe('');
    if (knob.kind === 'number' || knob.kind === 'text') return;
    const saysErrorBody = row?.includes('an error body') === true;
    const values = saysErrorBody ? knob.values.slice(0, 1) : knob.values;
    for (const value of values) expect(row).toContain(`\`${value}\``);
  });

  test.each(Object.keys(presets))('tells the preset %s', (name) => {
    expect(rows.some((line) => line.split(' | ')[0]?.includes(`\`${name}\``))).toBe(true);
  });
});
