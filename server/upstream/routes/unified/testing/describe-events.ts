import { readdirSync, readFileSync } from 'node:fs';
import type { ConversationEvent } from '../../../../conversation/events.ts';
import { type PlainEvent, toPlainEvents } from '../../../../conversation/testing/plain-events.ts';
import type { DecoderOptions } from '../../route.ts';

const folder = new URL('../fixtures/', import.meta.url);

/** The decoder options of the exchange when nothing is relayed. */
export const decoderOptions: DecoderOptions = { secrets: [], contentType: undefined, frames: undefined };

/** The names of all recorded answers. */
export const fixtureNames: readonly string[] = readdirSync(folder).sort();

export function readFixture(name: string): Uint8Array {
  return readFileSync(new URL(name, folder));
}

/**
 * Describes events in one short line each, for readable tables. Starts and ends of texts are left out; calls have their
 * own numbers.
 */
export function describeEvents(events: readonly ConversationEvent[]): string[] {
  const calls = new Map<string, string>();
  return toPlainEvents(events).flatMap((event) => describeEvent(event, calls));
}

/** @param calls the names of calls by block */
function describeEvent(event: PlainEvent, calls: Map<string, string>): string[] {
  switch (event.type) {
    case 'start':
      return [`start ${event.upstreamModel}`];
    case 'block-start': {
      if (event.kind !== 'tool-call') return [];
      const before = [...calls.values()].filter((name) => name.startsWith(`${event.choice}.`)).length;
      const name = `${event.choice}.${before}`;
      calls.set(`${event.choice} ${event.block}`, name);
      return [`call ${name} ${event.id} ${event.name}`];
    }
    case 'block-delta': {
      const call = calls.get(`${event.choice} ${event.block}`);
      return [call === undefined ? `${event.kind} ${event.choice} ${event.text}` : `args ${call} ${event.text}`];
    }
    case 'block-end': {
      const call = calls.get(`${event.choice} ${event.block}`);
      return call === undefined ? [] : [`call-end ${call}`];
    }
    case 'logprobs-delta':
      return [`logprobs ${event.choice} ${JSON.stringify(event.logprobs)}`];
    case 'usage': {
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = event.usage;
      const details = `read ${cacheReadTokens} write ${cacheWriteTokens} reasoning ${reasoningTokens}`;
      return [`usage ${inputTokens}/${outputTokens}${details === 'read 0 write 0 reasoning 0' ? '' : ` ${details}`}`];
    }
    case 'finish':
      return [`finish ${event.choice} ${event.reason}`];
    case 'failure': {
      const { kind, reason, fault } = event.failure;
      return [`failure ${kind} ${fault}${reason === undefined ? '' : ` ${reason}`}`];
    }
    case 'frame':
      return [`frame ${event.data}`];
    case 'vendor-delta':
      return [`vendor ${event.choice} ${JSON.stringify(event.value)}`];
  }
}
