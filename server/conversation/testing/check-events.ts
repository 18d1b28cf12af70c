import { expect } from 'vitest';
import type { ConversationEvent } from '../events.ts';

/** Asserts that the events of a complete answer follow the rules of `conversation/events`. */
export function checkEvents(all: readonly ConversationEvent[]): void {
  const events = all.filter((event) => event.type !== 'frame');
  const failed = events.findIndex((event) => event.type === 'failure');
  expect([-1, events.length - 1]).toContain(failed);
  expect(events.findLastIndex((event) => event.type === 'start')).toBeLessThan(1);
  const choices = new Set(events.flatMap((event) => ('choice' in event ? [event.choice] : [])));
  if (failed === -1) expect(choices.size).toBeGreaterThan(0);
  for (const choice of choices) {
    const own = events.filter((event) => 'choice' in event && event.choice === choice);
    checkChoice(own, failed !== -1);
  }
  const ids = events.flatMap((event) => (event.type === 'block-start' && event.kind === 'tool-call' ? [event.id] : []));
  expect(ids).not.toContain('');
  expect(new Set(ids).size).toBe(ids.length);
}

function checkChoice(events: readonly ConversationEvent[], failed: boolean): void {
  let blocks = 0;
  let open: string | undefined;
  let calls = 0;
  for (const event of events) {
    switch (event.type) {
      case 'block-start':
        expect([event.block, open]).toEqual([blocks, undefined]);
        open = event.kind;
        blocks += 1;
        if (event.kind === 'tool-call') calls += 1;
        break;
      case 'block-delta':
        expect([event.block, event.kind]).toEqual([blocks - 1, open]);
        expect(event.text).not.toBe('');
        break;
      case 'block-literals':
        expect([event.block, open]).toEqual([blocks - 1, 'text']);
        expect(event.literals).not.toEqual([]);
        expect(event.literals).not.toContain('');
        break;
      case 'vendor-delta':
        expect([event.block, open]).toEqual([blocks - 1, expect.anything()]);
        break;
      case 'block-end':
        expect([event.block, open]).toEqual([blocks - 1, expect.anything()]);
        open = undefined;
        break;
      default:
        break;
    }
  }
  const finishes = events.filter((event) => event.type === 'finish');
  expect(finishes).toEqual(failed ? [] : [events.at(-1)]);
  if (failed) return;
  expect(open).toBeUndefined();
  const reason = finishes[0]?.reason;
  if (reason === 'tool-calls' || reason === 'stop') expect(reason === 'tool-calls').toBe(calls > 0);
}
