import type { Behaviour } from '../behaviour.ts';

/** Whether the `content` knob leaves out what the answer says. */
export function leavesContentOut({ content }: Behaviour): boolean {
  return content === 'null' || content === 'absent' || content === 'empty';
}

/** Whether the `tool-arguments` knob leaves out what a call is made with. */
export function leavesArgumentsOut({ 'tool-arguments': form }: Behaviour): boolean {
  return form === 'null' || form === 'absent' || form === 'empty';
}
