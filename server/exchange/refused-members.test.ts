import { describe, expect, it } from 'vitest';
import { createRefusedMembers } from './refused-members.ts';

const day = 24 * 3_600_000;

function setUp(stored?: unknown) {
  let now = 1_750_000_000_000;
  let kept: unknown;
  const members = createRefusedMembers({
    clock: () => now,
    stored,
    onChange: (known) => {
      kept = JSON.parse(JSON.stringify(known));
    },
  });
  return { members, kept: () => kept, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('members that a model refuses', () => {
  it('are not remembered by names too long to be stored', () => {
    const { members, kept } = setUp();
    members.remember('r', 'm', 'x'.repeat(301));
    expect([members.membersOf('r', 'm'), kept()]).toEqual([new Set(), undefined]);
  });

  it('are remembered for that model on that route, also after a restart', () => {
    const { members, kept } = setUp();
    members.remember('r', 'm', 'seed');
    members.remember('r', 'm', 'tools[].strict');
    const again = setUp(kept()).members;
    for (const known of [members, again]) {
      expect(known.membersOf('r', 'm')).toEqual(new Set(['seed', 'tools[].strict']));
      expect(known.membersOf('r', 'other')).toEqual(new Set());
      expect(known.membersOf('other', 'm')).toEqual(new Set());
    }
  });

  it('are tried again after a week', () => {
    const { members, pass } = setUp();
    members.remember('r', 'm', 'seed');
    pass(7 * day - 1);
    expect(members.membersOf('r', 'm').size).toBe(1);
    pass(1);
    expect(members.membersOf('r', 'm').size).toBe(0);
    members.remember('r', 'm', 'user');
    expect(members.membersOf('r', 'm')).toEqual(new Set(['user']));
  });

  it('are bounded, and report only real changes', () => {
    const { members, kept } = setUp();
    for (let model = 0; model < 1000; model++) members.remember('r', `m${model}`, 'seed');
    for (let path = 0; path < 100; path++) members.remember('r', 'm999', `p${path}`);
    expect(members.membersOf('r', 'm999').size).toBe(48);
    expect(members.membersOf('r', 'm0').size).toBe(0);
    expect(kept()).toHaveLength(256);
    const before = kept();
    members.remember('r', 'm999', 'p99');
    expect(kept()).toBe(before);
  });

  it.each([null, 'x', [{ route: 7 }], { a: 1 }])('are none where %j was stored', (stored) => {
    expect(setUp(stored).members.membersOf('r', 'm').size).toBe(0);
  });
});
