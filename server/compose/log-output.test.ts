import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogOutput, type OutputStream } from './log-output.ts';

/** A stream that the test reads from. */
class Pipe implements OutputStream {
  readonly taken: string[] = [];
  writableLength = 0;
  answer: 'at once' | 'never' | Error = 'at once';

  write(text: string, callback: (error?: Error | null) => void): boolean {
    if (this.answer === 'never') {
      this.writableLength += text.length;
      return false;
    }
    if (this.answer === 'at once') this.taken.push(text);
    callback(this.answer === 'at once' ? null : this.answer);
    return true;
  }

  on(): this {
    return this;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('lines are buffered briefly', () => {
  const pipe = new Pipe();
  const output = new LogOutput(pipe);
  output.write('one\n');
  output.write('two\n');
  expect(pipe.taken).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(pipe.taken).toEqual(['one\ntwo\n']);
  output.write('x'.repeat(8192));
  expect(pipe.taken).toHaveLength(2);
});

test('if the reader has exited, lines are dropped and counted, and nothing else happens', async () => {
  const pipe = new Pipe();
  const told: (string | number)[] = [];
  const output = new LogOutput(pipe, {
    onLost: () => told.push('lost'),
    onRecovered: (dropped) => told.push(dropped),
  });
  pipe.answer = new Error('write EPIPE');
  for (let line = 0; line < 3; line += 1) {
    output.write('line\n');
    vi.advanceTimersByTime(250);
  }
  expect(output.dropped).toBe(3);
  pipe.answer = 'at once';
  output.write('line\n');
  expect(await output.close()).toBe(true);
  expect(told).toEqual(['lost', 3]);
});

test('a reader that has stopped delays neither the process nor its end, and memory stays bounded', async () => {
  const pipe = new Pipe();
  const output = new LogOutput(pipe);
  pipe.answer = 'never';
  for (let line = 0; line < 3000; line += 1) output.write('x'.repeat(1000));
  expect(pipe.writableLength).toBeLessThan(1_100_000);
  expect(output.dropped).toBeGreaterThan(1800);
  const closed = output.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await closed).toBe(false);
});
