import { spawnSync } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atTurnEnd } from './turn-end.ts';

test('tasks run in order, after the promises and ticks of the turn', async () => {
  const order: string[] = [];
  atTurnEnd(() => order.push('first'));
  process.nextTick(() => {
    order.push('tick');
    atTurnEnd(() => order.push('third'));
  });
  Promise.resolve().then(() => order.push('promise'));
  atTurnEnd(() => order.push('second'));
  expect(order).toEqual([]);
  await nextTurn();
  expect(order).toEqual(['promise', 'tick', 'first', 'second', 'third']);
});

test('a task that is added by a task runs in the next turn, and nothing runs twice', async () => {
  const order: string[] = [];
  atTurnEnd(() => {
    order.push('one');
    atTurnEnd(() => order.push('two'));
  });
  await nextTurn();
  expect(order).toEqual(['one']);
  await nextTurn();
  await nextTurn();
  expect(order).toEqual(['one', 'two']);
});

test('a task that throws does not prevent the others, and its error ends the process', () => {
  const script = `
    import { atTurnEnd } from ${JSON.stringify(new URL('turn-end.ts', import.meta.url).href)};
    atTurnEnd(() => { throw new Error('of a task'); });
    atTurnEnd(() => console.log('second'));
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('second\n');
  expect(stderr).toContain('Error: of a task');
  expect(status).toBe(1);
});

test('everything that is due in a turn runs before the first task', async () => {
  const order: string[] = [];
  const due = () => {
    order.push('due');
    atTurnEnd(() => order.push('task'));
  };
  setTimeout(due, 1);
  setTimeout(due, 1);
  // Both are due by then, even if they were set in different milliseconds.
  const bothDueAt = performance.now() + 5;
  while (performance.now() < bothDueAt);
  while (order.length < 4) await nextTurn();
  expect(order).toEqual(['due', 'due', 'task', 'task']);
});
