import type { Behaviour } from '../behaviour.ts';

/** Whether the `content` knob leaves out the answer's text. */
export function leavesContentOut({ content }: Behaviour): boolean {
  return content === 'null' || content === 'absent' || content === 'empty';
}

/** Whether the `tool-arguments` knob leaves out a call's arguments. */
export function leavesArgumentsOut({ 'tool-arguments': form }: Behaviour): boolean {
  return form === 'null' || form === 'absent' || form === 'empty';
}
