import { readdirSync, readFileSync } from 'node:fs';
import type { ConversationEvent } from '../../../../conversation/events.ts';
import { type PlainEvent, toPlainEvents } from '../../../../conversation/testing/plain-events.ts';

const folder = new URL('../fixtures/', import.meta.url);

/** The names of all recorded answers. */
export const fixtureNames: readonly string[] = readdirSync(folder).sort();

export function readFixture(name: string): Uint8Array {
  return readFileSync(new URL(name, folder));
}

/** Events in one short line each, so that a table of them can be read. */
export function describeEvents(events: readonly ConversationEvent[]): string[] {
  return toPlainEvents(events).map(describeEvent);
}

function describeEvent(event: PlainEvent): string {
  switch (event.type) {
    case 'start':
      return `start ${event.upstreamModel}`;
    case 'text-delta':
    case 'reasoning-delta':
    case 'refusal-delta':
      return `${event.type.replace('-delta', '')} ${event.choice} ${event.text}`;
    case 'tool-call-start':
      return `call ${event.choice}.${event.index} ${event.id} ${event.name}`;
    case 'tool-call-delta':
      return `args ${event.choice}.${event.index} ${event.arguments}`;
    case 'tool-call-end':
      return `call-end ${event.choice}.${event.index}`;
    case 'logprobs-delta':
      return `logprobs ${event.choice} ${JSON.stringify(event.logprobs)}`;
    case 'usage': {
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = event.usage;
      const details = `read ${cacheReadTokens} write ${cacheWriteTokens} reasoning ${reasoningTokens}`;
      return `usage ${inputTokens}/${outputTokens}${details === 'read 0 write 0 reasoning 0' ? '' : ` ${details}`}`;
    }
    case 'finish':
      return `finish ${event.choice} ${event.reason}`;
    case 'failure': {
      const { kind, reason, fault } = event.failure;
      return `failure ${kind} ${fault}${reason === undefined ? '' : ` ${reason}`}`;
    }
  }
}
