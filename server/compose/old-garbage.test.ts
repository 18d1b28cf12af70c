import { describe, expect, it } from 'vitest';
import { OldGarbage } from './old-garbage.ts';

const megabyte = 2 ** 20;

function setUp() {
  const heap = { used: 50 };
  const eager: boolean[] = [];
  const garbage = new OldGarbage({ measure: () => heap.used * megabyte, setEager: (value) => eager.push(value) });
  const look = (used: number, running = 0) => {
    heap.used = used;
    return garbage.look(running);
  };
  return { eager, garbage, look };
}

describe('OldGarbage', () => {
  it('asks for a collection once there is much, and stops asking when it was made', () => {
    const { eager, look } = setUp();
    look(50);
    look(74);
    expect(eager).toEqual([]);
    expect(look(75)).toBe(50);
    expect(look(80)).toBe(50);
    expect(eager).toEqual([true]);
    expect(look(51)).toBe(1000);
    expect(eager).toEqual([true, false]);
  });

  it('counts from what lives: what a collection leaves, or less', () => {
    const { eager, look } = setUp();
    for (const used of [20, 60, 55, 78, 50, 74]) look(used);
    expect(eager).toEqual([true, false]);
    look(75);
    expect(eager).toEqual([true, false, true]);
  });

  it('leaves requests under way their room', () => {
    const { eager, look } = setUp();
    look(50);
    look(160, 2000);
    expect(eager).toEqual([]);
    look(160, 200);
    expect(eager).toEqual([true]);
  });

  it('gives up when V8 does not collect, and begins anew from there', () => {
    const { eager, look } = setUp();
    look(50);
    for (let looks = 0; looks < 101; looks += 1) look(90);
    expect(eager).toEqual([true, false]);
    look(114);
    expect(eager).toEqual([true, false]);
    look(115);
    expect(eager).toEqual([true, false, true]);
  });

  it('leaves V8 as it was when it is stopped', () => {
    const { eager, garbage, look } = setUp();
    garbage.stop();
    expect(eager).toEqual([]);
    look(50);
    look(90);
    garbage.stop();
    expect(eager).toEqual([true, false]);
  });
});
