import type { RequestDetail } from '../../../../contract/requests.ts';
import type { Handover } from '../../playground/handover.ts';
import { type LoggedTurn, readTurns } from './read-turns.ts';

/** Converts a request for the playground: its model, and the logged text of its conversation. */
export function toHandover({ model, content }: Pick<RequestDetail, 'model' | 'content'>): Handover {
  const turns = (content && readTurns(content.request)) ?? [];
  const isSystem = ({ role }: LoggedTurn) => role === 'system' || role === 'developer';
  return {
    model,
    system: turns.filter(isSystem).map(textOf).join('\n\n'),
    turns: turns
      .filter((turn) => !isSystem(turn))
      .map(
        (turn) =>
          ({
            role: turn.role === 'assistant' || turn.role === 'model' ? 'assistant' : 'user',
            text: textOf(turn),
          }) as const,
      )
      .filter(({ text }) => text !== ''),
  };
}

function textOf({ parts }: LoggedTurn): string {
  return parts.flatMap((part) => (part.type === 'text' || part.type === 'result' ? [part.text] : [])).join('\n');
}
