import { choice, decimal, type Knob } from './kinds.ts';

/** Whether a route is open, or how it refuses requests. `shut` means the route's default refusal. */
const doorStates = [
  'open',
  'shut',
  'bare-429',
  'spring-404',
  'html-403',
  '500',
  '503',
  'html-502',
  'hang',
  'reset',
  'flapping',
] as const;

export type DoorState = (typeof doorStates)[number];

/** Doors: each route can be shut on its own. `auto` uses the value of `doors`, which is for all routes. */
export const doorKnobs = {
  doors: choice(...doorStates),
  'door-unified': choice('auto', ...doorStates),
  'door-vertex-anthropic': choice('auto', ...doorStates),
  'door-bedrock-anthropic': choice('auto', ...doorStates),
  'door-vertex-gemini': choice('auto', ...doorStates),
  'door-gemini-chat': choice('auto', ...doorStates),
  'door-openai-chat': choice('auto', ...doorStates),
  'door-openai-responses': choice('auto', ...doorStates),
  'flap-period': decimal(10, 0.001),
} as const satisfies Record<string, Knob>;
