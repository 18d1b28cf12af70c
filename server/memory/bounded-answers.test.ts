import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { BoundedAnswers } from './bounded-answers.ts';

const megabyte = 1024 * 1024;

function create(bytes = megabyte, age = 1000) {
  const time = { now: 0 };
  const bounds = { bytes, age };
  return {
    answers: new BoundedAnswers(
      () => bounds,
      () => time.now,
    ),
    time,
    bounds,
  };
}

const textOf = (length: number) => 'x'.repeat(length);

describe('answers within bounds', () => {
  test('are found by any of their names, only by their owner', () => {
    const { answers } = create();
    const answer = { names: ['resp', 'msg'] as const, text: '{"é":1}', previous: 'before' };
    expect(answers.keep('one', { ...answer, names: [...answer.names] })).toBe(true);
    expect(answers.findAnswer('one', 'resp')).toEqual({ ...answer, names: ['resp', 'msg'] });
    expect(answers.findAnswer('one', 'msg')?.text).toBe(answer.text);
    expect(answers.findAnswer('other', 'resp')).toBeUndefined();
    answers.forget('other', 'resp');
    expect(answers.findAnswer('one', 'resp')).toBeDefined();
    answers.forget('one', 'resp');
    expect(answers.findAnswer('one', 'msg')).toBeUndefined();
    expect(answers.size).toEqual({ answers: 0, bytes: 0 });
  });

  test('expire some time after their last use', () => {
    const { answers, time } = create();
    answers.keep('one', { names: ['used'], text: 'a' });
    answers.keep('one', { names: ['left'], text: 'a' });
    time.now = 900;
    expect(answers.findAnswer('one', 'used')).toBeDefined();
    time.now = 1000;
    answers.sweep();
    expect(answers.size.answers).toBe(1);
    time.now = 1900;
    expect(answers.findAnswer('one', 'used')).toBeUndefined();
    expect(answers.size).toEqual({ answers: 0, bytes: 0 });
  });

  test('are evicted: the least recently used one of the owner with the most', () => {
    const { answers } = create(90_000);
    answers.keep('small', { names: ['mine'], text: textOf(10_000) });
    for (const name of ['a', 'b', 'c']) answers.keep('large', { names: [name], text: textOf(20_000) });
    answers.findAnswer('large', 'a');
    answers.keep('large', { names: ['d'], text: textOf(20_000) });
    expect(['a', 'b', 'c', 'd'].map((name) => answers.findAnswer('large', name) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(answers.findAnswer('small', 'mine')).toBeDefined();
    expect(answers.size.bytes).toBeLessThanOrEqual(90_000);
  });

  test('larger than a quarter of the bound are not kept, and evict nothing', () => {
    const { answers } = create(100_000);
    answers.keep('one', { names: ['a'], text: textOf(1000) });
    expect(answers.keep('one', { names: ['b'], text: textOf(25_000) })).toBe(false);
    expect(answers.findAnswer('one', 'a')).toBeDefined();
  });

  test('are evicted when the bound shrinks', () => {
    const { answers, bounds } = create();
    answers.keep('one', { names: ['a'], text: textOf(1000) });
    bounds.bytes = 0;
    answers.sweep();
    expect(answers.size).toEqual({ answers: 0, bytes: 0 });
  });

  test('of the same name replace each other', () => {
    const { answers } = create();
    answers.keep('one', { names: ['a', 'b'], text: 'first' });
    answers.keep('one', { names: ['a'], text: 'second' });
    expect(answers.findAnswer('one', 'a')?.text).toBe('second');
    expect(answers.findAnswer('one', 'b')).toBeUndefined();
    expect(answers.size.answers).toBe(1);
  });
});

describe('10,000 answers', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  const used = () => {
    if (typeof collectGarbage !== 'function') throw new Error('V8 offers no gc() here');
    // Buffers are freed by a background thread after a collection; the next collection waits for it.
    for (let round = 0; round < 3; round += 1) collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };

  test.each([
    ['small', 100, 10_000],
    ['of a usual size', 5000, 10_000],
    ['too large for all of them', 20_000, undefined],
  ])('%s really take no more than the bound', (_, length, kept) => {
    const { answers } = create(64 * megabyte);
    const before = used();
    for (let index = 0; index < 10_000; index += 1) {
      const text = JSON.stringify({ index, text: textOf(length) });
      answers.keep(`key ${index % 7}`, { names: [`resp_${index}`, `rs_${index}`, `msg_${index}`], text });
    }
    const taken = used() - before;
    expect(taken).toBeLessThan(answers.size.bytes);
    expect(answers.size.bytes).toBeLessThanOrEqual(64 * megabyte);
    if (kept !== undefined) expect(answers.size.answers).toBe(kept);
    else expect(answers.size.answers).toBeGreaterThan(2500);
    expect(answers.findAnswer(`key ${9999 % 7}`, 'msg_9999')).toBeDefined();
  });
});
