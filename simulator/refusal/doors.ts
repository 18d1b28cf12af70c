import { createHash } from 'node:crypto';
import type { Behaviour, Settings } from '../behaviour.ts';
import type { DoorState } from '../knobs/door-knobs.ts';

/** The model routes by their names, which the door knobs and the recorded requests use. */
export type RouteName =
  | 'unified'
  | 'vertex-anthropic'
  | 'bedrock-anthropic'
  | 'vertex-gemini'
  | 'gemini-chat'
  | 'openai-chat'
  | 'openai-responses';

/** The default refusal of a shut route. */
const usualRefusals: Readonly<Record<RouteName, Exclude<DoorState, 'open' | 'shut' | 'flapping'>>> = {
  unified: 'bare-429',
  'vertex-anthropic': 'spring-404',
  'bedrock-anthropic': 'html-403',
  'vertex-gemini': 'spring-404',
  'gemini-chat': 'html-403',
  'openai-chat': 'spring-404',
  'openai-responses': '503',
};

const refusals: Readonly<Record<Exclude<DoorState, 'open' | 'shut' | 'flapping'>, Settings>> = {
  'bare-429': { status: 429, 'error-body': 'empty', 'retry-after': 0 },
  'spring-404': { status: 404, 'error-body': 'spring', 'error-message': 'No message available' },
  'html-403': { status: 403, 'error-body': 'html' },
  '500': { status: 500, 'error-body': 'message' },
  '503': { status: 503, 'error-body': 'error-message' },
  'html-502': { status: 502, 'error-body': 'html' },
  hang: { hang: 'before-headers' },
  reset: { cut: 'reset', 'cut-at': 'before-headers' },
};

/**
 * The behaviour of a route at the time `now` (milliseconds): unchanged while the route's door is open, otherwise
 * overridden by the refusal of a shut door. A flapping door is open for the first half of each `flap-period` and
 * answers 503 in the second half. The period starts at a different time for each pair of credential and route.
 */
export function applyDoor(behaviour: Behaviour, route: RouteName, email: string, now: number): Behaviour {
  const state = stateOfDoor(behaviour, route, email, now);
  if (state === 'open') return behaviour;
  return { ...behaviour, ...refusals[state === 'shut' ? usualRefusals[route] : state] };
}

function stateOfDoor(
  behaviour: Behaviour,
  route: RouteName,
  email: string,
  now: number,
): Exclude<DoorState, 'flapping'> {
  const own = behaviour[`door-${route}`];
  const state = own === 'auto' ? behaviour.doors : own;
  if (state !== 'flapping') return state;
  const period = behaviour['flap-period'] * 1000;
  const phase = createHash('sha256').update(`${email} ${route}`).digest().readUInt16LE(0) / 2 ** 16;
  return (now / period + phase) % 1 < 0.5 ? 'open' : '503';
}
