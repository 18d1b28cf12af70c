import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { YoungRoom } from './young-room.ts';

function changesFor(counts: readonly number[]): boolean[] {
  const changes: boolean[] = [];
  const room = new YoungRoom((growing) => changes.push(growing));
  for (const count of counts) room.fit(count);
  return changes;
}

const upTo = (end: number) => Array.from({ length: end + 1 }, (_, count) => count);

describe('YoungRoom', () => {
  it('keeps the room from growing while many requests are under way', () => {
    expect(changesFor(upTo(99))).toEqual([]);
    expect(changesFor(upTo(2000))).toEqual([false]);
    expect(changesFor([...upTo(2000), ...upTo(2000).reverse()])).toEqual([false, true]);
  });

  it('does not change with each request near its bounds', () => {
    expect(changesFor([99, 100, 99, 100, 51, 100])).toEqual([false]);
    expect(changesFor([100, 50, 51, 50, 99])).toEqual([false, true]);
  });

  it('is obeyed by V8: what lives then fills a room that stays small', () => {
    const fill = `
      import { getHeapSpaceStatistics } from 'node:v8';
      import { YoungRoom } from '${new URL('young-room.ts', import.meta.url)}';
      new YoungRoom().fit(Number(process.argv[1]));
      const living = [];
      for (let i = 0; i < 300_000; i++) { living[i % 100_000] = { i, text: [i] }; }
      const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
      console.log(young.space_size);`;
    const roomWith = (running: number) => {
      const args = ['--input-type=module', '--eval', fill, String(running)];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect(stderr).toBe('');
      return Number(stdout);
    };
    expect(roomWith(1)).toBeGreaterThanOrEqual(2 * roomWith(2000));
  });
});
